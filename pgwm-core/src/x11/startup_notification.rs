//! What launchers say of the programs that they start (Startup Notification Protocol,
//! freedesktop.org). Never knows which launches there are, and sends nothing.
//!
//! A message comes to the root window as a row of `ClientMessage` events of 20 bytes each.
//! The first is a `_NET_STARTUP_INFO_BEGIN`, the others are `_NET_STARTUP_INFO`; a NUL ends
//! it. The window in them tells the messages of several senders apart.

use crate::{number, utf8};

use super::id::{Timestamp, Window};
use super::property::startup_id;
use alloc::string::String;
use alloc::vec::Vec;

/// So many senders may be in the middle of a message.
const MOST_SENDERS: usize = 16;

/// A message that is longer is left out; so says the specification.
const LONGEST_MESSAGE: usize = 4096;

/// What a launcher, or what it started, has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Something is being started.
    New {
        /// Names the launch; 1 to 256 bytes, as in [`startup_id`].
        id: Vec<u8>,
        /// The workspace that its windows should be on, from 0.
        desktop: Option<u32>,
        /// Half of the `WM_CLASS` of a window that will come and won't name the launch.
        class: Option<String>,
    },
    /// A launch that has been announced is another now; None for what stays as it was.
    Change {
        /// Names the launch.
        id: Vec<u8>,
        /// As in [`Message::New`].
        desktop: Option<u32>,
        /// As in [`Message::New`].
        class: Option<String>,
    },
    /// A launch is over.
    Remove {
        /// Names the launch.
        id: Vec<u8>,
    },
}

/// The messages that have come in part.
#[derive(Debug, Default)]
pub struct Messages {
    /// The oldest one first; never more than [`MOST_SENDERS`].
    unfinished: Vec<Unfinished>,
}

/// The beginning of a message.
#[derive(Debug)]
struct Unfinished {
    sender: Window,
    /// Never longer than [`LONGEST_MESSAGE`].
    text: Vec<u8>,
}

impl Messages {
    /// Takes the data of a `_NET_STARTUP_INFO_BEGIN`; gives the message if it is complete.
    /// What the sender had begun before is forgotten, and so is the oldest beginning if
    /// there are too many.
    pub fn begin(&mut self, sender: Window, data: &[u8; 20]) -> Option<Message> {
        self.unfinished.retain(|message| message.sender != sender);
        if self.unfinished.len() == MOST_SENDERS {
            self.unfinished.remove(0);
        }
        self.unfinished.push(Unfinished { sender, text: Vec::new() });
        self.go_on(sender, data)
    }

    /// Takes the data of a `_NET_STARTUP_INFO`; gives the message if it is complete.
    /// Without a beginning it means nothing.
    pub fn go_on(&mut self, sender: Window, data: &[u8; 20]) -> Option<Message> {
        let index = self.unfinished.iter().position(|message| message.sender == sender)?;
        let text = &mut self.unfinished[index].text;
        let end = data.iter().position(|byte| *byte == 0);
        let part = &data[..end.unwrap_or(data.len())];
        let fits = text.len() + part.len() <= LONGEST_MESSAGE;
        if fits && end.is_none() {
            text.extend_from_slice(part);
            return None;
        }
        let mut text = self.unfinished.remove(index).text;
        text.extend_from_slice(part);
        Some(text).filter(|_| fits).and_then(|text| Message::read(&text))
    }
}

impl Message {
    /// Reads a message, without the NUL: `new: ID=launch-1 DESKTOP=2`. None if it is no
    /// message, not one of ours, or names no launch. Of a key that stands twice the last
    /// one counts.
    pub fn read(text: &[u8]) -> Option<Self> {
        // The specification wants no part of a text that is not all UTF-8.
        if !utf8::is_valid(text) {
            return None;
        }
        let colon = text.iter().position(|byte| *byte == b':')?;
        let (kind, mut rest) = (&text[..colon], &text[colon + 1..]);
        let (mut id, mut desktop, mut class) = (None, None, None);
        loop {
            let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
            rest = &rest[spaces..];
            let Some(equals) = rest.iter().position(|byte| *byte == b'=') else { break };
            let key = &rest[..equals];
            let value;
            (value, rest) = cut_value(&rest[equals + 1..])?;
            match key {
                b"ID" => id = startup_id(&value).map(<[u8]>::to_vec),
                b"DESKTOP" => desktop = number::read(&value),
                b"WMCLASS" => class = Some(utf8::lossy(&value)),
                _ => {}
            }
        }
        let id = id?;
        match kind {
            b"new" => Some(Self::New { id, desktop, class }),
            b"change" => Some(Self::Change { id, desktop, class }),
            b"remove" => Some(Self::Remove { id }),
            _ => None,
        }
    }
}

/// When the user did what led to a launch: its id may end with `_TIME` and that. None if
/// it doesn't, or if the time is 0, which is none.
pub fn timestamp_of(id: &[u8]) -> Option<Timestamp> {
    const MARK: &[u8] = b"_TIME";
    let mark = id.windows(MARK.len()).rposition(|part| part == MARK)?;
    number::read(&id[mark + MARK.len()..]).filter(|time| *time != 0).map(Timestamp)
}

/// Cuts off the value that the bytes begin with, up to a space; the rest comes second. A
/// backslash takes its meaning from the byte after it, and quotes theirs from spaces. None
/// if the bytes end after a backslash or inside quotes.
fn cut_value(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (mut value, mut quoted, mut escaped) = (Vec::new(), false, false);
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            byte if escaped => {
                value.push(*byte);
                escaped = false;
            }
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b' ' if !quoted => return Some((value, &bytes[index..])),
            byte => value.push(*byte),
        }
    }
    (!quoted && !escaped).then_some((value, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The data of the events that carry a text.
    fn parts(text: &[u8]) -> Vec<[u8; 20]> {
        let mut bytes = text.to_vec();
        bytes.push(0);
        bytes.resize(bytes.len().next_multiple_of(20), 0);
        bytes.as_chunks().0.to_vec()
    }

    /// What comes of one part after another of a message.
    fn deliver(messages: &mut Messages, sender: u32, text: &[u8]) -> Option<Message> {
        let sender = Window::new(sender);
        let parts = parts(text);
        let mut given = messages.begin(sender, &parts[0]);
        for part in &parts[1..] {
            assert_eq!(given, None, "before the end");
            given = messages.go_on(sender, part);
        }
        given
    }

    fn read(text: &str) -> Option<Message> {
        Message::read(text.as_bytes())
    }

    fn remove(id: &str) -> Message {
        Message::Remove { id: id.into() }
    }

    #[test]
    fn launchers_are_understood() {
        let text =
            r#"new: ID="desk/xterm/7_TIME4242" NAME="X Terminal" SCREEN=0 DESKTOP=2 WMCLASS=XTerm"#;
        let id = b"desk/xterm/7_TIME4242".to_vec();
        let class = Some(String::from("XTerm"));
        let expected = Message::New { id: id.clone(), desktop: Some(2), class };
        assert_eq!(deliver(&mut Messages::default(), 5, text.as_bytes()), Some(expected));
        assert_eq!(timestamp_of(&id), Some(Timestamp(4242)));
        assert_eq!(
            read("change: DESKTOP=no ID=a"),
            Some(Message::Change { id: b"a".to_vec(), desktop: None, class: None })
        );
    }

    #[test]
    fn values_are_quoted_as_specified() {
        assert_eq!(read(r"remove:ID=a\ b\\c\nd"), Some(remove(r"a b\cnd")));
        assert_eq!(read(r#"remove:   ID="a b"c" d"   X-NAME= Y="#), Some(remove("a bc d")));
        assert_eq!(read(r#"remove: X="ID=a" ID="\"b\"""#), Some(remove(r#""b""#)));
        assert_eq!(read("remove: ID=a id=b ID=c"), Some(remove("c")));
        assert_eq!(read("remove: ID=a\tb=c"), Some(remove("a\tb=c")), "only spaces are spaces");
        assert_eq!(read("remove: ID=a and so on"), Some(remove("a")));
        for corrupt in [
            "",
            "remove",
            "remove:",
            "remove ID=a",
            "remove: ID=",
            r#"remove: ID="" "#,
            r#"remove: ID="a"#,
            r"remove: ID=a\",
            r#"remove: ID=a NAME="b"#,
            "remove: NAME=a",
            " remove: ID=a",
            "X-remove: ID=a",
        ] {
            assert_eq!(read(corrupt), None, "{corrupt:?}");
        }
        assert_eq!(Message::read(b"remove: ID=a NAME=\xff"), None, "no UTF-8");
        assert_eq!(read(&format!("remove: ID={}", "a".repeat(257))), None);
    }

    #[test]
    fn times_stand_at_the_end_of_an_id() {
        let time = |id: &str| timestamp_of(id.as_bytes()).map(|time| time.0);
        assert_eq!(time("a_TIME1_TIME23"), Some(23));
        assert_eq!(time("_TIME4294967295"), Some(u32::MAX));
        for none in
            ["", "a", "_TIME", "a_TIME0", "a_TIME4294967296", "a_TIME-1", "a_TIME5b", "_TIM5"]
        {
            assert_eq!(time(none), None, "{none:?}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut messages = Messages::default();
        for sender in 0..=MOST_SENDERS as u32 {
            assert_eq!(messages.begin(Window::new(sender), b"remove: ID=abcdefghi"), None);
        }
        assert_eq!(messages.unfinished.len(), MOST_SENDERS);
        assert_eq!(messages.go_on(Window::new(0), &[0; 20]), None, "the oldest one is gone");
        assert_eq!(messages.go_on(Window::new(1), &[0; 20]), Some(remove("abcdefghi")));
        assert_eq!(messages.go_on(Window::new(1), &[0; 20]), None, "it was given once");

        let twice = Window::new(2);
        assert_eq!(messages.begin(twice, b"change: ID=zyxwvutsr"), None);
        let later = Message::Change { id: b"zyxwvutsr".to_vec(), desktop: None, class: None };
        assert_eq!(messages.go_on(twice, &[0; 20]), Some(later));
        assert_eq!(messages.go_on(twice, &[0; 20]), None);

        let mut long = b"remove: ID=a NAME=".to_vec();
        long.resize(LONGEST_MESSAGE, b'a');
        assert_eq!(deliver(&mut messages, 90, &long), Some(remove("a")));
        long.push(b'a');
        assert_eq!(deliver(&mut messages, 90, &long), None);
        let endless = Window::new(91);
        messages.begin(endless, &[b'a'; 20]);
        for _ in 0..1000 {
            assert_eq!(messages.go_on(endless, &[b'a'; 20]), None);
        }
        assert!(messages.unfinished.iter().all(|message| message.sender != endless));
    }

    /// A value, quoted in one of the ways that there are.
    fn quoted(value: &str, in_quotes: bool) -> String {
        let mut text = String::new();
        for character in value.chars() {
            if matches!(character, '\\' | '"') || (character == ' ' && !in_quotes) {
                text.push('\\');
            }
            text.push(character);
        }
        if in_quotes { format!("\"{text}\"") } else { text }
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_back(
            id in "[^\0]{1,60}",
            class in prop::option::of("[ \\\\\"a-z=:é]{0,40}"),
            desktop: Option<u32>,
            in_quotes: bool,
        ) {
            let class_pair = class.iter().map(|class| format!("  WMCLASS={}", quoted(class, !in_quotes)));
            let desktop_pair = desktop.iter().map(|desktop| format!(" DESKTOP={desktop}"));
            let text: String = [format!("new: ID={}", quoted(&id, in_quotes))]
                .into_iter()
                .chain(class_pair)
                .chain(desktop_pair)
                .collect();
            let given = deliver(&mut Messages::default(), 1, text.as_bytes());
            prop_assert_eq!(given, Some(Message::New { id: id.into_bytes(), desktop, class }));
        }

        #[test]
        fn senders_do_not_mix(ids in prop::collection::vec("[a-z]{1,90}", 1..=MOST_SENDERS)) {
            let mut messages = Messages::default();
            let mut given = Vec::new();
            let texts: Vec<_> =
                ids.iter().map(|id| parts(format!("remove: ID={id}").as_bytes())).collect();
            for index in 0..texts.iter().map(Vec::len).max().unwrap_or(0) {
                for (sender, text) in texts.iter().enumerate() {
                    let window = Window::new(sender as u32);
                    let Some(part) = text.get(index) else { continue };
                    let message = match index {
                        0 => messages.begin(window, part),
                        _ => messages.go_on(window, part),
                    };
                    given.extend(message.map(|message| (sender, message)));
                }
            }
            given.sort_by_key(|(sender, _)| *sender);
            let expected: Vec<_> =
                ids.iter().map(|id| remove(id)).enumerate().collect();
            prop_assert_eq!(given, expected);
        }

        #[test]
        fn any_bytes_do_no_harm(
            events in prop::collection::vec((any::<bool>(), 0..40u32, any::<[u8; 20]>()), 0..100),
            text in prop::collection::vec(any::<u8>(), 0..300),
            pairs in "(new|change|remove): ?(ID=|\"|\\\\| |a|DESKTOP=|WMCLASS=|9|_TIME|é){0,30}",
        ) {
            let mut messages = Messages::default();
            for (first, sender, data) in events {
                let sender = Window::new(sender);
                let _ = if first { messages.begin(sender, &data) } else { messages.go_on(sender, &data) };
                prop_assert!(messages.unfinished.len() <= MOST_SENDERS);
                let longest = messages.unfinished.iter().map(|message| message.text.len()).max();
                prop_assert!(longest.unwrap_or(0) <= LONGEST_MESSAGE);
            }
            let _ = timestamp_of(&text);
            for message in [Message::read(&text), read(&pairs)].into_iter().flatten() {
                let (Message::New { id, .. } | Message::Change { id, .. } | Message::Remove { id }) =
                    message;
                prop_assert!((1..=256).contains(&id.len()));
            }
        }
    }
}
