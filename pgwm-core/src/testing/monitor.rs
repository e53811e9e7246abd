//! The model's monitors, as RANDR and XINERAMA tell of them. Never knows modes, nor anything
//! else that drives a monitor.

use x11rb_protocol::protocol::{Request, randr, xinerama, xproto as x};
use x11rb_protocol::x11_utils::Serialize;

use super::{BAD_REQUEST, BAD_VALUE, ModelServer, NONE, Outcome, ROOT};
use crate::geometry::Rect;

/// A monitor: the atom of its name, its part of the root window, whether it is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Monitor {
    name: u32,
    area: Rect,
    primary: bool,
    /// How wide it is, in millimetres.
    millimetres: u32,
}

impl Monitor {
    /// The number of the one output that shows it, and of what drives that.
    const fn output(self) -> u32 {
        0x1000 + self.name
    }

    fn info(self) -> randr::MonitorInfo {
        randr::MonitorInfo {
            name: self.name,
            primary: self.primary,
            automatic: true,
            x: self.area.x as i16,
            y: self.area.y as i16,
            width: self.area.width as u16,
            height: self.area.height as u16,
            width_in_millimeters: self.millimetres,
            height_in_millimeters: self.area.height / 4,
            outputs: vec![self.output()],
        }
    }
}

impl ModelServer {
    /// Monitors come, go and change: name, area and whether it is the primary one. The root
    /// window becomes as large as they need; none at all leave it as it is.
    pub(crate) fn set_monitors(&mut self, monitors: &[(&str, Rect, bool)]) {
        let mut new = Vec::new();
        for (name, area, primary) in monitors {
            // As on a screen of 96 dots per inch.
            let millimetres = (area.width * 254 + 480) / 960;
            new.push(Monitor {
                name: self.atom(name),
                area: *area,
                primary: *primary,
                millimetres,
            });
        }
        let right = new.iter().map(|it| it.area.right()).max();
        let bottom = new.iter().map(|it| it.area.bottom()).max();
        if let (Some(width), Some(height)) = (right, bottom) {
            let root = self.windows[&ROOT].place;
            if (i32::from(root.width), i32::from(root.height)) != (width, height) {
                self.set_root_size(width as u16, height as u16);
            }
        }
        self.tick();
        self.change_monitors(new);
    }

    /// Says how wide a monitor is, in millimetres.
    pub(crate) fn set_millimetres(&mut self, index: usize, millimetres: u32) {
        self.monitors[index].millimetres = millimetres;
    }

    /// The parts of the root window that are monitors.
    pub(crate) fn monitor_areas(&self) -> Vec<Rect> {
        self.monitors.iter().map(|it| it.area).collect()
    }

    /// The root window changes its size and its output does too, which only shows once
    /// somebody looks.
    pub(crate) fn resize_root_unseen(&mut self, width: u16, height: u16) {
        self.outputs_unseen = true;
        self.set_root_size(width, height);
    }

    fn look_at_outputs(&mut self) {
        if std::mem::take(&mut self.outputs_unseen) {
            self.fit_monitor();
        }
    }

    /// The only monitor, if it is the only one, is as large as the root window.
    pub(super) fn fit_monitor(&mut self) {
        if let [only] = self.monitors[..] {
            let root = self.windows[&ROOT].place;
            let area = Rect::new(0, 0, root.width.into(), root.height.into());
            self.change_monitors(vec![Monitor { area, ..only }]);
        }
    }

    fn change_monitors(&mut self, new: Vec<Monitor>) {
        let old = std::mem::replace(&mut self.monitors, new);
        if old == self.monitors {
            return;
        }
        self.monitors_time = self.time;
        let is_in = |list: &[Monitor], it: &Monitor| list.iter().any(|other| other.name == it.name);
        let mut changes: Vec<(Monitor, bool)> =
            self.monitors.iter().filter(|it| !old.contains(it)).map(|it| (*it, true)).collect();
        let gone = old.iter().filter(|it| !is_in(&self.monitors, it));
        changes.extend(gone.map(|it| (*it, false)));
        for (window, mask) in self.monitor_events.clone() {
            if mask.contains(randr::NotifyMask::SCREEN_CHANGE) {
                self.put_screen_change(window);
            }
            for (monitor, is_on) in &changes {
                if mask.contains(randr::NotifyMask::CRTC_CHANGE) {
                    self.put_crtc_change(window, *monitor, *is_on);
                }
                if mask.contains(randr::NotifyMask::OUTPUT_CHANGE) {
                    self.put_output_change(window, *monitor, *is_on);
                }
            }
        }
    }

    fn first_monitor_event(&self) -> u8 {
        let numbers = self.extensions.numbers(randr::X11_EXTENSION_NAME);
        numbers.map_or(0, |it| it.first_event)
    }

    fn put_screen_change(&mut self, window: u32) {
        let root = self.windows[&ROOT].place;
        let event = randr::ScreenChangeNotifyEvent {
            response_type: self.first_monitor_event() + randr::SCREEN_CHANGE_NOTIFY_EVENT,
            rotation: randr::Rotation::ROTATE0,
            sequence: 0,
            timestamp: self.time,
            config_timestamp: self.monitors_time,
            root: ROOT,
            request_window: window,
            size_id: 0,
            subpixel_order: 0_u8.into(),
            width: root.width,
            height: root.height,
            mwidth: root.width / 4,
            mheight: root.height / 4,
        };
        self.put(event.into());
    }

    fn put_crtc_change(&mut self, window: u32, monitor: Monitor, is_on: bool) {
        let area = if is_on { monitor.area } else { Rect::default() };
        let change = randr::CrtcChange {
            timestamp: self.time,
            window,
            crtc: monitor.output(),
            mode: u32::from(is_on),
            rotation: randr::Rotation::ROTATE0,
            x: area.x as i16,
            y: area.y as i16,
            width: area.width as u16,
            height: area.height as u16,
        };
        self.put_monitor_event(randr::Notify::CRTC_CHANGE, change.into());
    }

    fn put_output_change(&mut self, window: u32, monitor: Monitor, is_on: bool) {
        let change = randr::OutputChange {
            timestamp: self.time,
            config_timestamp: self.monitors_time,
            window,
            output: monitor.output(),
            crtc: if is_on { monitor.output() } else { NONE },
            mode: u32::from(is_on),
            rotation: randr::Rotation::ROTATE0,
            connection: u8::from(!is_on).into(),
            subpixel_order: 0_u8.into(),
        };
        self.put_monitor_event(randr::Notify::OUTPUT_CHANGE, change.into());
    }

    fn put_monitor_event(&mut self, sub_code: randr::Notify, u: randr::NotifyData) {
        let response_type = self.first_monitor_event() + randr::NOTIFY_EVENT;
        self.put(randr::NotifyEvent { response_type, sub_code, sequence: 0, u }.into());
    }

    /// Requests of RANDR and XINERAMA.
    pub(super) fn carry_out_monitors(&mut self, request: &Request<'_>) -> Outcome {
        let sequence = self.sequence as u16;
        match request {
            Request::RandrQueryVersion(it) => {
                let asked = (it.major_version, it.minor_version);
                let (major_version, minor_version) = asked.min(self.randr_version);
                let reply =
                    randr::QueryVersionReply { sequence, length: 0, major_version, minor_version };
                self.answer(reply.serialize().to_vec());
            }
            Request::RandrSelectInput(it) => {
                self.window(it.window)?;
                if u16::from(it.enable) > 0xff {
                    return Err((BAD_VALUE, u16::from(it.enable).into()));
                }
                self.monitor_events.insert(it.window, it.enable);
            }
            Request::RandrGetMonitors(it) => {
                if self.randr_version < (1, 5) {
                    return Err((BAD_REQUEST, 0));
                }
                self.window(it.window)?;
                let reply = randr::GetMonitorsReply {
                    sequence,
                    // Six words and one output each.
                    length: 7 * self.monitors.len() as u32,
                    timestamp: self.monitors_time,
                    n_outputs: self.monitors.len() as u32,
                    monitors: self.monitors.iter().map(|it| it.info()).collect(),
                };
                self.answer(reply.serialize());
            }
            Request::RandrGetScreenResources(it) => {
                self.window(it.window)?;
                self.look_at_outputs();
                let reply = randr::GetScreenResourcesReply { sequence, ..Default::default() };
                self.answer(reply.serialize());
            }
            Request::XineramaIsActive(_) => {
                let state = u32::from(!self.monitors.is_empty());
                let reply = xinerama::IsActiveReply { sequence, length: 0, state };
                self.answer(reply.serialize().to_vec());
            }
            Request::XineramaQueryScreens(_) => {
                let screen = |it: &Monitor| xinerama::ScreenInfo {
                    x_org: it.area.x as i16,
                    y_org: it.area.y as i16,
                    width: it.area.width as u16,
                    height: it.area.height as u16,
                };
                let reply = xinerama::QueryScreensReply {
                    sequence,
                    length: 2 * self.monitors.len() as u32,
                    screen_info: self.monitors.iter().map(screen).collect(),
                };
                self.answer(reply.serialize());
            }
            _ => panic!("no request about monitors"),
        }
        Ok(())
    }

    /// The root window gets another size, and says so.
    pub(super) fn set_root_size(&mut self, width: u16, height: u16) {
        self.tick();
        if let Some(root) = self.windows.get_mut(&ROOT) {
            (root.place.width, root.place.height) = (width, height);
        }
        let event = x::ConfigureNotifyEvent {
            response_type: x::CONFIGURE_NOTIFY_EVENT,
            sequence: 0,
            event: ROOT,
            window: ROOT,
            above_sibling: NONE,
            x: 0,
            y: 0,
            width,
            height,
            border_width: 0,
            override_redirect: false,
        };
        self.tell(ROOT, x::EventMask::STRUCTURE_NOTIFY, event);
        self.moved(self.pointer.0, self.pointer.1);
    }
}
