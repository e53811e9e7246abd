//! Keys and the pointer, through the XTEST extension: the server can't tell them from
//! a person's.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, KEY_PRESS_EVENT,
    KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT,
};
use x11rb::protocol::xtest::ConnectionExt as _;

use crate::client::Client;
use crate::{Failure, Outcome};

impl Client {
    /// Presses and releases a chord such as `super+shift+j`, left to right.
    pub fn press(&self, chord: &str) -> Outcome {
        let codes =
            chord.split('+').map(|key| self.keycode(keysym(key)?)).collect::<Outcome<Vec<_>>>()?;
        for (code, _) in &codes {
            self.key(*code, true)?;
        }
        for (code, _) in codes.iter().rev() {
            self.key(*code, false)?;
        }
        Ok(self.x.flush()?)
    }

    /// Types text; a newline is the Return key.
    pub fn type_text(&self, text: &str) -> Outcome {
        let (shift, _) = self.keycode(keysym("shift")?)?;
        for letter in text.chars() {
            let wanted = if letter == '\n' { keysym("Return")? } else { u32::from(letter) };
            let (code, shifted) = self.keycode(wanted)?;
            if shifted {
                self.key(shift, true)?;
            }
            self.key(code, true)?;
            self.key(code, false)?;
            if shifted {
                self.key(shift, false)?;
            }
        }
        Ok(self.x.flush()?)
    }

    /// Holds a key down (`true`) or lets it go.
    pub fn hold(&self, key: &str, down: bool) -> Outcome {
        let (code, _) = self.keycode(keysym(key)?)?;
        self.key(code, down)?;
        Ok(self.x.flush()?)
    }

    /// Moves the pointer to a pixel of the root.
    pub fn point(&self, (x, y): (i32, i32)) -> Outcome {
        let (x, y) = (i16::try_from(x)?, i16::try_from(y)?);
        self.x.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, self.root, x, y, 0)?;
        Ok(self.x.flush()?)
    }

    /// Presses (`true`) or releases a pointer button.
    pub fn button(&self, button: u8, down: bool) -> Outcome {
        let event = if down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT };
        self.x.xtest_fake_input(event, button, 0, self.root, 0, 0, 0)?;
        Ok(self.x.flush()?)
    }

    /// The first key that gives a keysym, and whether it needs Shift for that.
    pub fn keycode(&self, keysym: u32) -> Outcome<(u8, bool)> {
        let setup = self.x.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self.x.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        let width = usize::from(mapping.keysyms_per_keycode).max(1);
        for (code, keysyms) in (first..=last).zip(mapping.keysyms.chunks(width)) {
            match keysyms.iter().take(2).position(|&found| found == keysym) {
                Some(0) => return Ok((code, false)),
                Some(_) => return Ok((code, true)),
                None => {}
            }
        }
        Err(Failure::new(format!("no key gives the keysym {keysym:#x}")))
    }

    /// Presses (`true`) or releases a key by its number.
    pub fn key(&self, code: u8, down: bool) -> Outcome {
        let event = if down { KEY_PRESS_EVENT } else { KEY_RELEASE_EVENT };
        self.x.xtest_fake_input(event, code, 0, self.root, 0, 0, 0)?;
        Ok(())
    }
}

/// The keysym of a key's name (keysymdef.h of the X protocol).
pub fn keysym(name: &str) -> Outcome<u32> {
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Ok(u32::from(letter));
    }
    Ok(match name {
        "super" => 0xffeb,
        "shift" => 0xffe1,
        "control" | "ctrl" => 0xffe3,
        "alt" => 0xffe9,
        "Escape" => 0xff1b,
        "Down" => 0xff54,
        "F1" => 0xffbe,
        "F10" => 0xffc7,
        "F11" => 0xffc8,
        "Return" => 0xff0d,
        "Tab" => 0xff09,
        "Left" => 0xff51,
        "Up" => 0xff52,
        "Right" => 0xff53,
        "space" => 0x20,
        "apostrophe" => 0x27,
        "grave" => 0x60,
        "Num_Lock" => 0xff7f,
        "Caps_Lock" => 0xffe5,
        "F12" => 0xffc9,
        _ => return Err(Failure::new(format!("the key {name} has no keysym here"))),
    })
}
