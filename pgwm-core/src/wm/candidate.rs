//! A window awaiting management while the answers about it come in. Never decides whether
//! or where it is managed; see `manage.rs`.

use super::client::Client;
use super::question::{Answer, PropertyName, Question, ToldStates};
use crate::config::{Config, NewWindows};
use crate::x11::atom::AtomTable;
use crate::x11::connection::Connection;
use crate::x11::extension::ExtensionName;
use crate::x11::id::{EventMask, Timestamp, Window};
use crate::x11::property::{Strut, WmState};
use crate::x11::{reply, request};
use alloc::string::String;
use alloc::vec::Vec;

/// Why a window is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Its program wants it mapped.
    New,
    /// It was there when we came.
    Adopted,
}

/// What is of use to know about a window besides what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct About {
    /// Which launch it comes from.
    pub launch: bool,
    /// Which process it is.
    pub process: bool,
}

/// What is known so far.
#[derive(Debug)]
pub struct Candidate {
    /// Why it is looked at.
    pub origin: Origin,
    /// What its properties say and go on to say.
    pub client: Client,
    /// What they say that matters only now.
    pub told: Told,
    /// Its sort and state.
    pub attributes: Option<reply::GetWindowAttributes>,
    /// The window that it is in.
    pub parent: Option<Window>,
    /// Its place and size.
    pub geometry: Option<reply::GetGeometry>,
    /// Sequence number of the request that selects its events: where that fails, the window
    /// is gone, and what is answered is about another one that got its number.
    pub selected: u64,
    /// Sequence number of the first question: an answer to an older one is about an
    /// earlier window of the same number.
    first: u64,
    waiting: usize,
    about: About,
    /// Whether who started it has been asked for, or need not be.
    is_traced: bool,
    /// Whether the parents of its process are being looked up.
    awaits_parents: bool,
}

/// What a window says once, before it is managed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// `_NET_WM_STATE`.
    pub states: ToldStates,
    /// The workspace that it asks for (`_NET_WM_DESKTOP`).
    pub desktop: Option<u32>,
    /// The state that a window manager before us left it in.
    pub wm_state: Option<WmState>,
    /// `WM_WINDOW_ROLE`.
    pub role: String,
    /// `WM_NAME`.
    pub old_title: Option<String>,
    /// `_NET_WM_NAME`.
    pub new_title: Option<String>,
    /// `_NET_WM_PID`.
    pub pid: Option<i32>,
    /// `WM_CLIENT_MACHINE`.
    pub machine: String,
    /// Which process it is, as the server says, or as it claims itself on our machine.
    pub process: Option<u32>,
    /// The parents of its process, its own one first.
    pub parents: Vec<u32>,
    /// `WM_CLIENT_LEADER`.
    pub leader: Window,
    /// `_NET_STARTUP_ID`, its own or its leader's.
    pub startup_id: String,
    /// When the user last did something in it; 0 where it wants no focus (EWMH
    /// `_NET_WM_USER_TIME`).
    pub user_time: Option<Timestamp>,
    /// The window that has its `_NET_WM_USER_TIME`.
    pub user_time_window: Window,
    /// When the user last did something in the window that had the focus, if that says.
    pub focus_user_time: Option<Timestamp>,
    /// `_NET_WM_STRUT`.
    pub strut: Option<Strut>,
    /// `_NET_WM_STRUT_PARTIAL`, which comes first.
    pub strut_partial: Option<Strut>,
}

impl Told {
    /// The title that it has.
    pub fn title(&self) -> &str {
        self.new_title.as_deref().or(self.old_title.as_deref()).unwrap_or_default()
    }
}

impl Candidate {
    /// Selects the window's events, so that no change is missed from here on, and asks
    /// in one flight what every window has, and which properties there are besides.
    pub fn ask(
        window: Window,
        origin: Origin,
        mut about: About,
        atoms: &AtomTable,
        out: &mut Connection<Question>,
    ) -> Self {
        let event_mask = Some(
            EventMask::STRUCTURE_NOTIFY
                | EventMask::PROPERTY_CHANGE
                | EventMask::ENTER_WINDOW
                | EventMask::FOCUS_CHANGE,
        );
        let attributes = request::WindowAttributes { event_mask, ..Default::default() };
        let selected = out.send(&request::ChangeWindowAttributes { window, attributes });
        let first = Question::Properties(window).ask(atoms, out);
        Question::Attributes(window).ask(atoms, out);
        Question::Parent(window).ask(atoms, out);
        Question::Geometry(window).ask(atoms, out);
        for property in PropertyName::OF_EVERY_WINDOW {
            Question::Property(window, property).ask(atoms, out);
        }
        let mut waiting = 4 + PropertyName::OF_EVERY_WINDOW.len();
        if about.process && out.extensions().get(ExtensionName::Res).is_some() {
            // The server's word is as good as two of the window's own.
            Question::Process(window).ask(atoms, out);
            about.process = false;
            waiting += 1;
        }
        Self {
            origin,
            client: Client::default(),
            told: Told::default(),
            attributes: None,
            parent: None,
            geometry: None,
            selected,
            first,
            waiting,
            about,
            is_traced: false,
            awaits_parents: false,
        }
    }

    /// Notes that one more answer has to come before it is managed.
    pub const fn wait_for_another(&mut self) {
        self.waiting += 1;
    }

    /// Whether it is a new window for whose starter nobody has looked yet; from now on
    /// someone has.
    pub fn begin_tracing(&mut self) -> bool {
        self.origin == Origin::New && !core::mem::replace(&mut self.is_traced, true)
    }

    /// Notes that the parents of its process are being looked up.
    pub const fn wait_for_parents(&mut self) {
        self.awaits_parents = true;
        self.wait_for_another();
    }

    /// Takes in the parents of its process, if they are this window's and not those of one
    /// that had its number before. Whether that was the last thing to wait for.
    pub fn learn_parents(&mut self, parents: &[u32]) -> bool {
        if !core::mem::take(&mut self.awaits_parents) {
            return false;
        }
        self.told.parents = parents.to_vec();
        self.is_complete_with_another()
    }

    const fn is_complete_with_another(&mut self) -> bool {
        self.waiting = self.waiting.saturating_sub(1);
        self.waiting == 0
    }

    /// Takes in an answer; `None` for an error. Whether that was the last one.
    #[inline(never)]
    pub fn learn(
        &mut self,
        window: Window,
        sequence: u64,
        answer: Option<Answer>,
        (config, atoms): (&Config, &AtomTable),
        out: &mut Connection<Question>,
    ) -> bool {
        if sequence < self.first {
            return false;
        }
        let (told, about) = (&mut self.told, self.about);
        match answer {
            Some(Answer::Properties(names)) => {
                let has_title = names.contains(&PropertyName::Title.id(atoms));
                for property in PropertyName::OF_SOME_WINDOWS {
                    let is_second = property == PropertyName::OldTitle && has_title;
                    if is_of_use(property, config, about)
                        && names.contains(&property.id(atoms))
                        && !is_second
                    {
                        Question::Property(window, property).ask(atoms, out);
                        self.waiting += 1;
                    }
                }
            }
            Some(Answer::Attributes(attributes)) => self.attributes = Some(attributes),
            Some(Answer::Parent(parent)) => self.parent = Some(parent),
            Some(Answer::Geometry(geometry)) => self.geometry = Some(geometry),
            Some(Answer::State(states)) => told.states = states,
            Some(Answer::Desktop(desktop)) => told.desktop = desktop,
            Some(Answer::WmState(state)) => told.wm_state = state,
            Some(Answer::Role(role)) => told.role = role,
            Some(Answer::Title(PropertyName::OldTitle, title)) => told.old_title = title,
            Some(Answer::Title(_, title)) => told.new_title = title,
            Some(Answer::Pid(pid)) => told.pid = pid,
            Some(Answer::Process(pid)) => told.process = pid,
            Some(Answer::Leader(leader)) => told.leader = leader,
            Some(Answer::Machine(machine)) => told.machine = machine,
            Some(Answer::StartupId(id)) => told.startup_id = id,
            Some(Answer::UserTime(time)) => told.user_time = time.or(told.user_time),
            Some(Answer::FocusUserTime(time)) => told.focus_user_time = time,
            Some(Answer::UserTimeWindow(other)) => {
                told.user_time_window = other;
                if other != Window::NONE && other != window {
                    Question::UserTime(window, other).ask(atoms, out);
                    self.waiting += 1;
                }
            }
            Some(Answer::Strut(PropertyName::Strut, strut)) => told.strut = strut,
            Some(Answer::Strut(_, strut)) => told.strut_partial = strut,
            Some(answer) => self.client.learn(answer),
            None => {}
        }
        self.is_complete_with_another()
    }
}

/// Whether what the property says can make a difference under this configuration.
fn is_of_use(property: PropertyName, config: &Config, about: About) -> bool {
    let mut rules = config.rules.iter();
    match property {
        PropertyName::Title | PropertyName::OldTitle => {
            config.bar.is_some() || rules.any(|rule| rule.title.is_some())
        }
        PropertyName::UserTimeWindow => config.new_windows == NewWindows::FocusUnlessTyping,
        PropertyName::Role => rules.any(|rule| rule.role.is_some()),
        PropertyName::Pid | PropertyName::Machine => about.process,
        PropertyName::Leader => about.launch,
        _ => true,
    }
}
