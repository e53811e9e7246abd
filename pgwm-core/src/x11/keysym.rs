//! The names of keys. Never says which key on the desk bears a name; see `keyboard.rs`.
//!
//! Numbers: specification, appendix A, "KEYSYM Encoding"; those of the media keys are
//! the X.Org server's (`XF86keysym.h`).

use super::id::Keysym;

/// The name of the key that types a character.
pub const fn of(character: char) -> Keysym {
    let code = character as u32;
    match code {
        0x20..=0x7e | 0xa0..=0xff => Keysym::new(code),
        _ => Keysym::new(0x0100_0000 | code),
    }
}

/// Declares the names.
macro_rules! keysyms {
    ($($name:ident = $raw:expr;)+) => {
        $(#[doc = concat!("The key named `", stringify!($name), "`.")]
        pub const $name: Keysym = Keysym::new($raw);)+
    };
}

// Letters are the lower-case ones: what a key types without Shift.
keysyms! {
    A = 0x61; B = 0x62; C = 0x63; D = 0x64; E = 0x65; F = 0x66; G = 0x67; H = 0x68;
    I = 0x69; J = 0x6a; K = 0x6b; L = 0x6c; M = 0x6d; N = 0x6e; O = 0x6f; P = 0x70;
    Q = 0x71; R = 0x72; S = 0x73; T = 0x74; U = 0x75; V = 0x76; W = 0x77; X = 0x78;
    Y = 0x79; Z = 0x7a;

    DIGIT_0 = 0x30; DIGIT_1 = 0x31; DIGIT_2 = 0x32; DIGIT_3 = 0x33; DIGIT_4 = 0x34;
    DIGIT_5 = 0x35; DIGIT_6 = 0x36; DIGIT_7 = 0x37; DIGIT_8 = 0x38; DIGIT_9 = 0x39;

    SPACE = 0x20; EXCLAM = 0x21; QUOTE_DBL = 0x22; NUMBER_SIGN = 0x23; DOLLAR = 0x24;
    PERCENT = 0x25; AMPERSAND = 0x26; APOSTROPHE = 0x27; PAREN_LEFT = 0x28;
    PAREN_RIGHT = 0x29; ASTERISK = 0x2a; PLUS = 0x2b; COMMA = 0x2c; MINUS = 0x2d;
    PERIOD = 0x2e; SLASH = 0x2f; COLON = 0x3a; SEMICOLON = 0x3b; LESS = 0x3c;
    EQUAL = 0x3d; GREATER = 0x3e; QUESTION = 0x3f; AT = 0x40; BRACKET_LEFT = 0x5b;
    BACKSLASH = 0x5c; BRACKET_RIGHT = 0x5d; ASCII_CIRCUM = 0x5e; UNDERSCORE = 0x5f;
    GRAVE = 0x60; BRACE_LEFT = 0x7b; BAR = 0x7c; BRACE_RIGHT = 0x7d; ASCII_TILDE = 0x7e;
    SECTION = 0xa7; PLUS_MINUS = 0xb1;

    BACKSPACE = 0xff08; TAB = 0xff09; LINEFEED = 0xff0a; CLEAR = 0xff0b; RETURN = 0xff0d;
    PAUSE = 0xff13; SCROLL_LOCK = 0xff14; SYS_REQ = 0xff15; ESCAPE = 0xff1b;
    DELETE = 0xffff; ISO_LEFT_TAB = 0xfe20;

    HOME = 0xff50; LEFT = 0xff51; UP = 0xff52; RIGHT = 0xff53; DOWN = 0xff54;
    PAGE_UP = 0xff55; PAGE_DOWN = 0xff56; END = 0xff57; BEGIN = 0xff58;

    SELECT = 0xff60; PRINT = 0xff61; EXECUTE = 0xff62; INSERT = 0xff63; UNDO = 0xff65;
    REDO = 0xff66; MENU = 0xff67; FIND = 0xff68; CANCEL = 0xff69; HELP = 0xff6a;
    BREAK = 0xff6b; MODE_SWITCH = 0xff7e; NUM_LOCK = 0xff7f;

    KP_ENTER = 0xff8d; KP_HOME = 0xff95; KP_LEFT = 0xff96; KP_UP = 0xff97;
    KP_RIGHT = 0xff98; KP_DOWN = 0xff99; KP_PAGE_UP = 0xff9a; KP_PAGE_DOWN = 0xff9b;
    KP_END = 0xff9c; KP_BEGIN = 0xff9d; KP_INSERT = 0xff9e; KP_DELETE = 0xff9f;
    KP_EQUAL = 0xffbd; KP_MULTIPLY = 0xffaa; KP_ADD = 0xffab; KP_SEPARATOR = 0xffac;
    KP_SUBTRACT = 0xffad; KP_DECIMAL = 0xffae; KP_DIVIDE = 0xffaf;
    KP_0 = 0xffb0; KP_1 = 0xffb1; KP_2 = 0xffb2; KP_3 = 0xffb3; KP_4 = 0xffb4;
    KP_5 = 0xffb5; KP_6 = 0xffb6; KP_7 = 0xffb7; KP_8 = 0xffb8; KP_9 = 0xffb9;

    F1 = 0xffbe; F2 = 0xffbf; F3 = 0xffc0; F4 = 0xffc1; F5 = 0xffc2; F6 = 0xffc3;
    F7 = 0xffc4; F8 = 0xffc5; F9 = 0xffc6; F10 = 0xffc7; F11 = 0xffc8; F12 = 0xffc9;
    F13 = 0xffca; F14 = 0xffcb; F15 = 0xffcc; F16 = 0xffcd; F17 = 0xffce; F18 = 0xffcf;
    F19 = 0xffd0; F20 = 0xffd1; F21 = 0xffd2; F22 = 0xffd3; F23 = 0xffd4; F24 = 0xffd5;

    SHIFT_LEFT = 0xffe1; SHIFT_RIGHT = 0xffe2; CONTROL_LEFT = 0xffe3;
    CONTROL_RIGHT = 0xffe4; CAPS_LOCK = 0xffe5; SHIFT_LOCK = 0xffe6; META_LEFT = 0xffe7;
    META_RIGHT = 0xffe8; ALT_LEFT = 0xffe9; ALT_RIGHT = 0xffea; SUPER_LEFT = 0xffeb;
    SUPER_RIGHT = 0xffec; HYPER_LEFT = 0xffed; HYPER_RIGHT = 0xffee;
    ISO_LEVEL3_SHIFT = 0xfe03;

    XF86_BRIGHTNESS_UP = 0x1008_ff02; XF86_BRIGHTNESS_DOWN = 0x1008_ff03;
    XF86_KEYBOARD_LIGHT_ON_OFF = 0x1008_ff04; XF86_KEYBOARD_BRIGHTNESS_UP = 0x1008_ff05;
    XF86_KEYBOARD_BRIGHTNESS_DOWN = 0x1008_ff06;
    XF86_AUDIO_LOWER_VOLUME = 0x1008_ff11; XF86_AUDIO_MUTE = 0x1008_ff12;
    XF86_AUDIO_RAISE_VOLUME = 0x1008_ff13; XF86_AUDIO_PLAY = 0x1008_ff14;
    XF86_AUDIO_STOP = 0x1008_ff15; XF86_AUDIO_PREVIOUS = 0x1008_ff16;
    XF86_AUDIO_NEXT = 0x1008_ff17; XF86_HOME_PAGE = 0x1008_ff18; XF86_MAIL = 0x1008_ff19;
    XF86_SEARCH = 0x1008_ff1b; XF86_AUDIO_RECORD = 0x1008_ff1c;
    XF86_CALCULATOR = 0x1008_ff1d; XF86_POWER_OFF = 0x1008_ff2a; XF86_EJECT = 0x1008_ff2c;
    XF86_SCREEN_SAVER = 0x1008_ff2d; XF86_WWW = 0x1008_ff2e; XF86_SLEEP = 0x1008_ff2f;
    XF86_AUDIO_PAUSE = 0x1008_ff31; XF86_EXPLORER = 0x1008_ff5d; XF86_DISPLAY = 0x1008_ff59;
    XF86_BACK = 0x1008_ff26; XF86_FORWARD = 0x1008_ff27; XF86_REFRESH = 0x1008_ff29;
    XF86_FAVORITES = 0x1008_ff30; XF86_MEDIA_PLAYER = 0x1008_ff32;
    XF86_MY_COMPUTER = 0x1008_ff33; XF86_AUDIO_REWIND = 0x1008_ff3e;
    XF86_LAUNCH_1 = 0x1008_ff41; XF86_LAUNCH_A = 0x1008_ff4a; XF86_LAUNCH_B = 0x1008_ff4b;
    XF86_ROTATE_WINDOWS = 0x1008_ff74; XF86_MUSIC = 0x1008_ff92; XF86_BATTERY = 0x1008_ff93;
    XF86_BLUETOOTH = 0x1008_ff94; XF86_AUDIO_FORWARD = 0x1008_ff97;
    XF86_HIBERNATE = 0x1008_ffa8; XF86_TOUCHPAD_ON = 0x1008_ffb0;
    XF86_TOUCHPAD_OFF = 0x1008_ffb1; XF86_RADIO_TOGGLE = 0x1008_ffb5;
    XF86_TOOLS = 0x1008_ff81; XF86_WLAN = 0x1008_ff95; XF86_SUSPEND = 0x1008_ffa7;
    XF86_TOUCHPAD_TOGGLE = 0x1008_ffa9; XF86_AUDIO_MIC_MUTE = 0x1008_ffb2;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_names() {
        assert_eq!(of('a'), A);
        assert_eq!(of('1'), DIGIT_1);
        assert_eq!(of('\u{e9}'), Keysym::new(0xe9));
        for code in (0x20..0x7f).chain(0xa0..0x100) {
            assert_eq!(char::from_u32(code).map(of), Some(Keysym::new(code)), "Latin-1");
        }
        assert_eq!(of('\u{20ac}'), Keysym::new(0x0100_20ac));
        // Control characters are not typed by a key of that number.
        assert_eq!(of('\u{80}'), Keysym::new(0x0100_0080));
    }
}
