//! Every name that we speak of with other clients, in one list. Never asks the server;
//! whoever interned the names fills the table.

use alloc::vec::Vec;

use super::id::AtomId;

/// Declares the atoms: the variant, its name on the server, and its number if the
/// protocol fixes it (0 if it must be interned).
macro_rules! atoms {
    ($($variant:ident $name:literal $predefined:literal;)+) => {
        /// A name that we know.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Atom {
            $(#[doc = concat!("`", $name, "`")] $variant,)+
        }

        impl Atom {
            /// All of them, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// All names in a row, and where each of them ends: a table of texts would be
            /// twice as long.
            const NAMES: &str = concat!($($name),+);
            const ENDS: [u16; Self::ALL.len()] = ends([$($name.len() as u16),+]);
            const PREDEFINED: &[u8] = &[$($predefined),+];
        }
    };
}

// Numbers: specification, appendix A, "Predefined Atoms".
atoms! {
    Atom "ATOM" 4;
    Cardinal "CARDINAL" 6;
    Cursor "CURSOR" 8;
    Integer "INTEGER" 19;
    ResourceManager "RESOURCE_MANAGER" 23;
    String "STRING" 31;
    VisualId "VISUALID" 32;
    Window "WINDOW" 33;
    WmCommand "WM_COMMAND" 34;
    WmHints "WM_HINTS" 35;
    WmClientMachine "WM_CLIENT_MACHINE" 36;
    WmName "WM_NAME" 39;
    WmNormalHints "WM_NORMAL_HINTS" 40;
    WmSizeHints "WM_SIZE_HINTS" 41;
    WmClass "WM_CLASS" 67;
    WmTransientFor "WM_TRANSIENT_FOR" 68;
    Utf8String "UTF8_STRING" 0;
    WmS0 "WM_S0" 0;
    Manager "MANAGER" 0;
    Targets "TARGETS" 0;
    Multiple "MULTIPLE" 0;
    Timestamp "TIMESTAMP" 0;
    Version "VERSION" 0;
    AtomPair "ATOM_PAIR" 0;
    WmProtocols "WM_PROTOCOLS" 0;
    WmDeleteWindow "WM_DELETE_WINDOW" 0;
    WmTakeFocus "WM_TAKE_FOCUS" 0;
    WmState "WM_STATE" 0;
    WmChangeState "WM_CHANGE_STATE" 0;
    WmWindowRole "WM_WINDOW_ROLE" 0;
    WmClientLeader "WM_CLIENT_LEADER" 0;
    NetSupported "_NET_SUPPORTED" 0;
    NetSupportingWmCheck "_NET_SUPPORTING_WM_CHECK" 0;
    NetClientList "_NET_CLIENT_LIST" 0;
    NetClientListStacking "_NET_CLIENT_LIST_STACKING" 0;
    NetNumberOfDesktops "_NET_NUMBER_OF_DESKTOPS" 0;
    NetDesktopGeometry "_NET_DESKTOP_GEOMETRY" 0;
    NetDesktopViewport "_NET_DESKTOP_VIEWPORT" 0;
    NetCurrentDesktop "_NET_CURRENT_DESKTOP" 0;
    NetDesktopNames "_NET_DESKTOP_NAMES" 0;
    NetActiveWindow "_NET_ACTIVE_WINDOW" 0;
    NetWorkarea "_NET_WORKAREA" 0;
    NetShowingDesktop "_NET_SHOWING_DESKTOP" 0;
    NetCloseWindow "_NET_CLOSE_WINDOW" 0;
    NetMoveresizeWindow "_NET_MOVERESIZE_WINDOW" 0;
    NetWmMoveresize "_NET_WM_MOVERESIZE" 0;
    NetRestackWindow "_NET_RESTACK_WINDOW" 0;
    NetRequestFrameExtents "_NET_REQUEST_FRAME_EXTENTS" 0;
    NetFrameExtents "_NET_FRAME_EXTENTS" 0;
    NetWmName "_NET_WM_NAME" 0;
    NetWmDesktop "_NET_WM_DESKTOP" 0;
    NetWmPid "_NET_WM_PID" 0;
    NetWmUserTime "_NET_WM_USER_TIME" 0;
    NetWmUserTimeWindow "_NET_WM_USER_TIME_WINDOW" 0;
    NetWmPing "_NET_WM_PING" 0;
    NetWmSyncRequest "_NET_WM_SYNC_REQUEST" 0;
    NetWmSyncRequestCounter "_NET_WM_SYNC_REQUEST_COUNTER" 0;
    NetWmFullscreenMonitors "_NET_WM_FULLSCREEN_MONITORS" 0;
    NetWmStrut "_NET_WM_STRUT" 0;
    NetWmStrutPartial "_NET_WM_STRUT_PARTIAL" 0;
    NetStartupId "_NET_STARTUP_ID" 0;
    NetStartupInfoBegin "_NET_STARTUP_INFO_BEGIN" 0;
    NetStartupInfo "_NET_STARTUP_INFO" 0;
    NetWmCmS0 "_NET_WM_CM_S0" 0;
    CompoundText "COMPOUND_TEXT" 0;
    NetSystemTrayS0 "_NET_SYSTEM_TRAY_S0" 0;
    NetSystemTrayOpcode "_NET_SYSTEM_TRAY_OPCODE" 0;
    NetSystemTrayOrientation "_NET_SYSTEM_TRAY_ORIENTATION" 0;
    NetSystemTrayVisual "_NET_SYSTEM_TRAY_VISUAL" 0;
    NetSystemTrayColors "_NET_SYSTEM_TRAY_COLORS" 0;
    Xembed "_XEMBED" 0;
    XembedInfo "_XEMBED_INFO" 0;
    NetWmState "_NET_WM_STATE" 0;
    NetWmStateFullscreen "_NET_WM_STATE_FULLSCREEN" 0;
    NetWmStateModal "_NET_WM_STATE_MODAL" 0;
    NetWmStateSticky "_NET_WM_STATE_STICKY" 0;
    NetWmStateMaximizedVert "_NET_WM_STATE_MAXIMIZED_VERT" 0;
    NetWmStateMaximizedHorz "_NET_WM_STATE_MAXIMIZED_HORZ" 0;
    NetWmStateSkipTaskbar "_NET_WM_STATE_SKIP_TASKBAR" 0;
    NetWmStateSkipPager "_NET_WM_STATE_SKIP_PAGER" 0;
    NetWmStateHidden "_NET_WM_STATE_HIDDEN" 0;
    NetWmStateAbove "_NET_WM_STATE_ABOVE" 0;
    NetWmStateBelow "_NET_WM_STATE_BELOW" 0;
    NetWmStateFocused "_NET_WM_STATE_FOCUSED" 0;
    NetWmStateDemandsAttention "_NET_WM_STATE_DEMANDS_ATTENTION" 0;
    NetWmWindowType "_NET_WM_WINDOW_TYPE" 0;
    NetWmWindowTypeDesktop "_NET_WM_WINDOW_TYPE_DESKTOP" 0;
    NetWmWindowTypeDock "_NET_WM_WINDOW_TYPE_DOCK" 0;
    NetWmWindowTypeToolbar "_NET_WM_WINDOW_TYPE_TOOLBAR" 0;
    NetWmWindowTypeMenu "_NET_WM_WINDOW_TYPE_MENU" 0;
    NetWmWindowTypeUtility "_NET_WM_WINDOW_TYPE_UTILITY" 0;
    NetWmWindowTypeSplash "_NET_WM_WINDOW_TYPE_SPLASH" 0;
    NetWmWindowTypeDialog "_NET_WM_WINDOW_TYPE_DIALOG" 0;
    NetWmWindowTypeDropdownMenu "_NET_WM_WINDOW_TYPE_DROPDOWN_MENU" 0;
    NetWmWindowTypePopupMenu "_NET_WM_WINDOW_TYPE_POPUP_MENU" 0;
    NetWmWindowTypeTooltip "_NET_WM_WINDOW_TYPE_TOOLTIP" 0;
    NetWmWindowTypeNotification "_NET_WM_WINDOW_TYPE_NOTIFICATION" 0;
    NetWmWindowTypeCombo "_NET_WM_WINDOW_TYPE_COMBO" 0;
    NetWmWindowTypeDnd "_NET_WM_WINDOW_TYPE_DND" 0;
    NetWmWindowTypeNormal "_NET_WM_WINDOW_TYPE_NORMAL" 0;
    NetWmAllowedActions "_NET_WM_ALLOWED_ACTIONS" 0;
    NetWmActionMove "_NET_WM_ACTION_MOVE" 0;
    NetWmActionResize "_NET_WM_ACTION_RESIZE" 0;
    NetWmActionMinimize "_NET_WM_ACTION_MINIMIZE" 0;
    NetWmActionStick "_NET_WM_ACTION_STICK" 0;
    NetWmActionMaximizeHorz "_NET_WM_ACTION_MAXIMIZE_HORZ" 0;
    NetWmActionMaximizeVert "_NET_WM_ACTION_MAXIMIZE_VERT" 0;
    NetWmActionFullscreen "_NET_WM_ACTION_FULLSCREEN" 0;
    NetWmActionChangeDesktop "_NET_WM_ACTION_CHANGE_DESKTOP" 0;
    NetWmActionClose "_NET_WM_ACTION_CLOSE" 0;
    NetWmActionAbove "_NET_WM_ACTION_ABOVE" 0;
    NetWmActionBelow "_NET_WM_ACTION_BELOW" 0;
    MotifWmHints "_MOTIF_WM_HINTS" 0;
    GtkFrameExtents "_GTK_FRAME_EXTENTS" 0;
    KdeWindowTypeOverride "_KDE_NET_WM_WINDOW_TYPE_OVERRIDE" 0;
    I3Sync "I3_SYNC" 0;
    PgwmState "_PGWM_STATE" 0;
}

impl Atom {
    /// The name as the server knows it.
    pub fn name(self) -> &'static str {
        let end = |index: usize| Self::ENDS.get(index).map_or(0, |end| usize::from(*end));
        let index = self as usize;
        Self::NAMES.get(end(index.wrapping_sub(1))..end(index)).unwrap_or_default()
    }

    /// The number, if it is the same on every server.
    pub const fn predefined(self) -> Option<AtomId> {
        match Self::PREDEFINED[self as usize] {
            0 => None,
            raw => Some(AtomId::new(raw as u32)),
        }
    }
}

/// Where each of the pieces ends that have these lengths.
const fn ends<const N: usize>(mut lengths: [u16; N]) -> [u16; N] {
    let mut index = 1;
    while index < N {
        lengths[index] += lengths[index - 1];
        index += 1;
    }
    lengths
}

/// The numbers that one server gave to the names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtomTable {
    ids: [AtomId; Atom::ALL.len()],
    /// The other way round, sorted by number.
    atoms: Vec<(AtomId, Atom)>,
}

impl Default for AtomTable {
    fn default() -> Self {
        Self::new()
    }
}

impl AtomTable {
    /// The table before anything has been interned.
    pub fn new() -> Self {
        let mut table = Self { ids: [AtomId::NONE; Atom::ALL.len()], atoms: Vec::new() };
        for atom in Atom::ALL {
            table.set(*atom, atom.predefined().unwrap_or(AtomId::NONE));
        }
        table
    }

    /// Notes the number of a name; `NONE` takes it out again.
    pub fn set(&mut self, atom: Atom, id: AtomId) {
        let place = |atoms: &[(AtomId, Atom)], id| atoms.binary_search_by_key(&id, |(id, _)| *id);
        if let Ok(at) = place(&self.atoms, self.ids[atom as usize]) {
            self.atoms.remove(at);
        }
        match place(&self.atoms, id) {
            _ if id == AtomId::NONE => {}
            Ok(at) => self.atoms[at] = (id, atom),
            Err(at) => self.atoms.insert(at, (id, atom)),
        }
        self.ids[atom as usize] = id;
    }

    /// The number of a name; `NONE` if it is not known.
    pub const fn id(&self, atom: Atom) -> AtomId {
        self.ids[atom as usize]
    }

    /// The name with this number, if we know it.
    pub fn atom(&self, id: AtomId) -> Option<Atom> {
        let place = self.atoms.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.atoms.get(place).map(|(_, atom)| *atom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct() {
        let names: BTreeSet<_> = Atom::ALL.iter().map(|atom| atom.name()).collect();
        assert_eq!(names.len(), Atom::ALL.len());
        assert_eq!(Atom::NetWmWindowTypeDialog.name(), "_NET_WM_WINDOW_TYPE_DIALOG");
    }

    #[test]
    fn a_table_answers_both_ways() {
        let mut table = AtomTable::new();
        assert_eq!(table.atom(AtomId::NONE), None);
        // In an order that is not the numbers' order.
        for (index, atom) in Atom::ALL.iter().enumerate().rev() {
            if atom.predefined().is_none() {
                table.set(*atom, AtomId::new(300 + (index as u32 * 7) % 101));
            }
        }
        for atom in Atom::ALL {
            assert_eq!(table.atom(table.id(*atom)), Some(*atom));
        }
        let old = table.id(Atom::WmState);
        table.set(Atom::WmState, AtomId::NONE);
        assert_eq!(table.atom(old), None);
        assert_eq!(table.id(Atom::WmState), AtomId::NONE);
        assert_eq!(table.atom(AtomId::NONE), None);
    }
}
