//! Which files text is drawn from: those that the configuration names, else any one. Maps
//! them and opens no other. Never draws, and keeps nothing on disk.

use alloc::vec::Vec;
use pgwm_core::text::Font;
use pgwm_core::text::family::{is_font, plainness};
use tiny_std::env;
use tiny_std::fs::{Kind, map, read_dir};

/// A file that is used.
#[derive(Debug)]
pub(crate) struct FontFile {
    /// The entry of the configuration that it was found for, or the family that stands in.
    pub(crate) name: &'static str,
    /// Where it is.
    pub(crate) path: Vec<u8>,
    /// What is in it.
    pub(crate) bytes: &'static [u8],
}

/// The files of the entries, in their order; where there is none, one font that stands in.
pub(crate) fn find(entries: &'static [&'static str]) -> Vec<FontFile> {
    let mut wanted = Vec::with_capacity(entries.len() + WELL_KNOWN.len() + 1);
    for name in entries {
        // A path is looked up as it is.
        let path = if name.contains('/') { name.as_bytes().to_vec() } else { Vec::new() };
        wanted.push(Wanted { name, path, rank: usize::MAX });
    }
    for name in WELL_KNOWN {
        wanted.push(Wanted { name, path: Vec::new(), rank: usize::MAX });
    }
    search(&mut wanted);
    let mut files: Vec<FontFile> = Vec::new();
    for (index, Wanted { name, path, .. }) in wanted.into_iter().enumerate() {
        if index >= entries.len() && !files.is_empty() {
            break;
        }
        if !path.is_empty()
            && !files.iter().any(|file| file.path == path)
            && let Ok(bytes) = map(&path)
            && Font::parse(bytes, 0).is_ok()
        {
            files.push(FontFile { name, path, bytes });
        }
    }
    files
}

/// What may stand in, the best one first; the last one is any font.
const WELL_KNOWN: &[&str] = &[
    "DejaVu Sans",
    "Noto Sans",
    "Liberation Sans",
    "Open Sans",
    "Roboto",
    "Ubuntu",
    "Cantarell",
    "FreeSans",
    "Nimbus Sans",
    "Arial",
    ANY,
];

/// Stands for any font.
const ANY: &str = "";

/// A font to be found, and the best file so far.
struct Wanted {
    name: &'static str,
    /// Empty: none.
    path: Vec<u8>,
    /// How plain the file's name is.
    rank: usize,
}

/// Folders so far below the usual ones are not looked into, and no more than so many: links
/// may lead in a circle.
const DEEPEST: usize = 8;
const MOST_FOLDERS: usize = 4096;

/// Looks for the files of all families at once.
fn search(wanted: &mut [Wanted]) {
    let mut folders = folders();
    for _ in 0..MOST_FOLDERS {
        let Some((folder, depth)) = folders.pop() else { return };
        // One that is not there, or not ours to read, has no fonts.
        let _ = read_dir(&folder, &mut |entry| {
            if entry.kind != Kind::Directory && is_font(entry.name) {
                for wanted in &mut *wanted {
                    wanted.offer(&folder, entry.name);
                }
            } else if depth < DEEPEST && !matches!(entry.kind, Kind::File | Kind::Other) {
                folders.push((join(&folder, entry.name), depth + 1));
            }
        });
    }
}

impl Wanted {
    /// Takes a font's file if its name is plainer than what there is.
    fn offer(&mut self, folder: &[u8], file: &[u8]) {
        let rank = if self.name == ANY { Some(0) } else { plainness(self.name, file) };
        if let Some(rank) = rank.filter(|rank| *rank < self.rank) {
            self.path = join(folder, file);
            self.rank = rank;
        }
    }
}

/// The folders that fonts are in, the last one to be looked into first, and how far below
/// the usual ones they are.
fn folders() -> Vec<(Vec<u8>, usize)> {
    let mut folders = Vec::new();
    if let Some(paths) = env::var("PGWM_FONT_PATH") {
        for path in paths.split(|byte| *byte == b':') {
            folders.push((path.to_vec(), 0));
        }
        folders.reverse();
        return folders;
    }
    folders.push((b"/usr/share/fonts".to_vec(), 0));
    folders.push((b"/usr/local/share/fonts".to_vec(), 0));
    let home = env::var("HOME").unwrap_or_default();
    folders.push((join(home, b".fonts"), 0));
    folders.push((
        match env::var("XDG_DATA_HOME") {
            None | Some(b"") => join(home, b".local/share/fonts"),
            Some(data) => join(data, b"fonts"),
        },
        0,
    ));
    folders
}

/// The path of a file in a folder.
fn join(folder: &[u8], file: &[u8]) -> Vec<u8> {
    [folder, file].join(&b'/')
}
