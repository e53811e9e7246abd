//! Programs that were started and whose first window has not come yet, so that it opens where
//! the user was then (Startup Notification Protocol, freedesktop.org). Never starts one
//! itself, and never tells others of ours.

use super::candidate::{About, Told};
use super::client::Client;
use super::question::Question;
use super::stack_set::WorkspaceId;
use super::{Command, Launch, Wm, workspace_id};
use crate::config::Program;
use crate::deadline;
use crate::gather::Gather;
use crate::number;
use crate::utf8;
use crate::x11::atom::Atom;
use crate::x11::connection::Connection;
use crate::x11::event::ClientMessage;
use crate::x11::id::Window;
use crate::x11::startup_notification::{Message, Messages};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// How long a window is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// So many launches are remembered.
const MOST: usize = 64;

/// The launches whose windows have not come.
#[derive(Debug, Default)]
pub(super) struct Launches {
    /// How many programs we wanted to be started.
    count: u64,
    /// The oldest one first; never more than [`MOST`].
    pending: Vec<Pending>,
    /// What other launchers are in the middle of saying.
    messages: Messages,
}

/// A launch whose window has not come.
#[derive(Debug)]
struct Pending {
    /// Its number; 0 where another program launched it.
    number: u64,
    /// Its startup id.
    id: Vec<u8>,
    /// The workspace where it was started.
    workspace: WorkspaceId,
    /// Its process, where we know it.
    pid: Option<u32>,
    /// Half of the `WM_CLASS` of its window, where its launcher knows that.
    class: Option<String>,
    /// When it is given up, once time has been looked at.
    deadline: Option<Duration>,
    /// Whether it is over but for the windows that are looked at right now.
    is_over: bool,
}

impl Launches {
    /// Whether a window is waited for.
    pub(super) const fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Gives up what has been waited for long enough; when the next one is.
    pub(super) fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.pending.retain_mut(|it| deadline::set(&mut it.deadline, now, PATIENCE) > now);
        self.pending.iter().filter_map(|it| it.deadline).min()
    }

    /// Takes in which process a launch of ours is.
    pub(super) fn spawned(&mut self, number: u64, pid: u32) {
        for launch in self.pending.iter_mut().filter(|it| it.number == number) {
            launch.pid = Some(pid);
        }
    }

    /// Forgets those that are over, where no window is looked at that may be theirs.
    pub(super) fn forget_those_over(&mut self) {
        self.pending.retain(|it| !it.is_over);
    }

    fn add(&mut self, launch: Pending) {
        self.pending.retain(|it| it.id != launch.id);
        if self.pending.len() == MOST {
            self.pending.remove(0);
        }
        self.pending.push(launch);
    }

    /// The launch that a window comes from: by its id, else by its process, else by its class.
    fn of(&self, client: &Client, told: &Told) -> Option<usize> {
        let find = |is_it: &dyn Fn(&Pending) -> bool| self.pending.iter().position(is_it);
        if !told.startup_id.is_empty() {
            return find(&|it| it.id == told.startup_id.as_bytes());
        }
        let is_process = |pid: &u32| told.process == Some(*pid) || told.parents.contains(pid);
        let is_half =
            |class: &String| [&client.class.class, &client.class.instance].contains(&class);
        find(&|it| it.pid.as_ref().is_some_and(is_process))
            .or_else(|| find(&|it| it.class.as_ref().is_some_and(is_half)))
    }

    /// Where the program of a new window was started. Its first window ends the launch,
    /// unless that only says that another one will come.
    pub(super) fn take(&mut self, client: &Client, told: &Told) -> Option<WorkspaceId> {
        let at = self.of(client, told)?;
        let workspace = self.pending[at].workspace;
        if client.wants_more_than_a_look() {
            self.pending.remove(at);
        }
        Some(workspace)
    }
}

impl Wm {
    /// Has a program of the configuration started.
    pub(super) fn launch_program(&mut self, program: Program) {
        self.launch(program.iter().map(|word| word.as_bytes().to_vec()).gather());
    }

    /// Has a program started, and remembers where the user was.
    pub(super) fn launch(&mut self, program: Vec<Vec<u8>>) {
        self.launches.count += 1;
        let (count, process, time) = (self.launches.count, self.server.process, self.time.0);
        let host = utf8::lossy(&self.server.host);
        let mut id = String::from("pgwm-");
        number::push::<10>(&mut id, process.into());
        id.push('-');
        number::push::<10>(&mut id, count);
        id.push('-');
        id.push_str(&host);
        id.push_str("_TIME");
        number::push::<10>(&mut id, time.into());
        self.launches.add(Pending {
            number: count,
            id: id.as_bytes().to_vec(),
            workspace: self.stack_set.current().id,
            pid: None,
            class: None,
            deadline: None,
            is_over: false,
        });
        self.commands.push_back(Command::Spawn(Launch {
            number: count,
            program,
            startup_id: Some(id),
        }));
    }

    /// Takes in a part of what another launcher says.
    pub(super) fn startup_info(&mut self, kind: Atom, message: &ClientMessage) {
        let (sender, data) = (message.window, &message.data.0);
        let messages = &mut self.launches.messages;
        let said = match kind {
            Atom::NetStartupInfoBegin => messages.begin(sender, data),
            _ => messages.go_on(sender, data),
        };
        match said {
            Some(Message::New { id, desktop, class }) => {
                let asked = desktop.and_then(|desktop| workspace_id(self.config, desktop));
                let workspace = asked.unwrap_or(self.stack_set.current().id);
                let (number, pid, deadline, is_over) = (0, None, None, false);
                let launch = Pending { number, id, workspace, pid, class, deadline, is_over };
                self.launches.add(launch);
            }
            Some(Message::Change { id, desktop, class }) => {
                let asked = desktop.and_then(|desktop| workspace_id(self.config, desktop));
                for launch in self.launches.pending.iter_mut().filter(|it| it.id == id) {
                    launch.workspace = asked.unwrap_or(launch.workspace);
                    if class.is_some() {
                        launch.class.clone_from(&class);
                    }
                }
            }
            // A program says so once its window is mapped, while we may still look at that.
            Some(Message::Remove { id }) => {
                for launch in self.launches.pending.iter_mut().filter(|it| it.id == id) {
                    launch.is_over = true;
                }
            }
            None => {}
        }
    }

    /// What is of use to know about a window that is asked about from now on.
    pub(super) fn curiosity(&self) -> About {
        let launch = self.launches.is_waiting();
        About { launch, process: launch || self.config.rules.iter().any(|rule| rule.swallows) }
    }

    /// Whether something is still to be asked about a candidate whose answers are in: the
    /// startup id of its leader, and the parents of its process. It is asked then.
    pub(super) fn asks_who_started(
        &mut self,
        window: Window,
        out: &mut Connection<Question>,
    ) -> bool {
        let Some(candidate) = self.candidates.get_mut(window) else { return false };
        let told = &mut candidate.told;
        let is_ours = !told.machine.is_empty() && told.machine.as_bytes() == self.server.host;
        let claimed = told.pid.filter(|_| is_ours).and_then(|pid| u32::try_from(pid).ok());
        told.process = told.process.or(claimed);
        if !candidate.begin_tracing() {
            return false;
        }
        let (client, told) = (&candidate.client, &candidate.told);
        let leader = if told.leader == Window::NONE { client.hints.group } else { told.leader };
        let is_waiting = self.launches.is_waiting() && told.startup_id.is_empty();
        let asks_leader = is_waiting && leader != Window::NONE && leader != window;
        let has_process = |it: &Pending| it.pid.is_some();
        let is_launch = self.launches.of(client, told).is_none()
            && is_waiting
            && self.launches.pending.iter().any(has_process);
        let swallows = |it: &Client| it.swallows && it.pid.is_some();
        let is_child = self.clients.iter().any(|(_, client)| swallows(client));
        let process = told.process.filter(|_| is_launch || is_child);
        if asks_leader {
            candidate.wait_for_another();
            Question::Leader { window, leader }.ask(&self.atoms, out);
        }
        if let Some(pid) = process {
            candidate.wait_for_parents();
            self.commands.push_back(Command::Lineage { window, pid });
        }
        asks_leader || process.is_some()
    }

    /// Takes in the parents of a candidate's process.
    pub(super) fn learn_parents(
        &mut self,
        window: Window,
        parents: &[u32],
        out: &mut Connection<Question>,
    ) {
        let Some(candidate) = self.candidates.get_mut(window) else { return };
        if candidate.learn_parents(parents) {
            self.go_on(window, out);
        }
    }
}
