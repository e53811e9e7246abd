//! Several monitors on a server without a screen, as RandR 1.5 has them: a monitor is a
//! name and a rectangle of the screen, and any client may say which there are. Nothing
//! here is real: no picture is shown anywhere.

use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo, Rotation};
use x11rb::protocol::xinerama::ConnectionExt as _;
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::Outcome;
use crate::client::{Client, Geometry};

impl Client {
    /// Makes these the monitors, each a name and a place, the first of them the primary
    /// one; with none, the whole screen is one monitor again. All at once, as nobody else
    /// is served meanwhile. The server tells of it by a `ConfigureNotify` of the root.
    pub fn set_monitors(&self, monitors: &[(&str, Geometry)]) -> Outcome {
        self.x.grab_server()?;
        let change = self.replace_monitors(monitors);
        self.x.ungrab_server()?;
        self.x.flush()?;
        change
    }

    /// Where the monitors are, the primary one first.
    pub fn monitors(&self) -> Outcome<Vec<Geometry>> {
        let mut monitors = self.x.randr_get_monitors(self.root, true)?.reply()?.monitors;
        monitors.sort_by_key(|monitor| !monitor.primary);
        let place = |monitor: &MonitorInfo| Geometry {
            x: monitor.x.into(),
            y: monitor.y.into(),
            width: monitor.width.into(),
            height: monitor.height.into(),
            border: 0,
        };
        Ok(monitors.iter().map(place).collect())
    }

    /// Where the screens are that Xinerama tells of.
    pub fn xinerama_screens(&self) -> Outcome<Vec<Geometry>> {
        let screens = self.x.xinerama_query_screens()?.reply()?.screen_info;
        Ok(screens
            .iter()
            .map(|screen| Geometry {
                x: screen.x_org.into(),
                y: screen.y_org.into(),
                width: screen.width.into(),
                height: screen.height.into(),
                border: 0,
            })
            .collect())
    }

    /// Gives the screen another size (RandR 1.2, `RRSetScreenSize`), with its output off,
    /// as an output has to fit into the screen. The server then has no monitor of its own.
    pub fn resize_screen(&self, (width, height): (u16, u16)) -> Outcome {
        let resources = self.x.randr_get_screen_resources_current(self.root)?.reply()?;
        for crtc in resources.crtcs {
            let now = resources.config_timestamp;
            self.x.randr_set_crtc_config(crtc, 0, now, 0, 0, 0, Rotation::ROTATE0, &[])?.reply()?;
        }
        let (wide, high) = (u32::from(width) / 4, u32::from(height) / 4);
        Ok(self.x.randr_set_screen_size(self.root, width, height, wide, high)?.check()?)
    }

    fn replace_monitors(&self, monitors: &[(&str, Geometry)]) -> Outcome {
        let resources = self.x.randr_get_screen_resources_current(self.root)?.reply()?;
        for old in self.x.randr_get_monitors(self.root, false)?.reply()?.monitors {
            // The server's own, one for each output, goes when another takes its output.
            if !old.automatic {
                self.x.randr_delete_monitor(self.root, old.name)?.check()?;
            }
        }
        for (index, (name, place)) in monitors.iter().enumerate() {
            let monitor = MonitorInfo {
                name: self.atom(name)?,
                primary: index == 0,
                automatic: false,
                x: place.x.try_into()?,
                y: place.y.try_into()?,
                width: place.width.try_into()?,
                height: place.height.try_into()?,
                // As a desktop's monitor: about 100 pixels an inch.
                width_in_millimeters: u32::try_from(place.width)? / 4,
                height_in_millimeters: u32::try_from(place.height)? / 4,
                outputs: if index == 0 { resources.outputs.clone() } else { Vec::new() },
            };
            self.x.randr_set_monitor(self.root, monitor)?.check()?;
        }
        Ok(())
    }
}
