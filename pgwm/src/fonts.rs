//! Which files text is drawn from: those that the configuration names, else any one. Maps
//! them and opens no other. Never draws, and keeps nothing on disk.

use alloc::vec::Vec;
use pgwm_core::text::Font;
use pgwm_core::text::family::{face, is_regular, letters};
use tiny_std::env;
use tiny_std::fs::{Kind, map, read_dir};

/// A font that is looked for.
#[derive(Debug)]
pub(crate) struct FontFile {
    /// What the configuration calls it, or a family that may stand in.
    pub(crate) name: &'static str,
    /// What counts in that.
    letters: Vec<u8>,
    /// The file; empty: there is none.
    pub(crate) path: Vec<u8>,
    /// The length of its name, if it was found by that.
    length: usize,
    /// What is in it; empty: it is not used.
    pub(crate) bytes: &'static [u8],
}

/// The files of the entries, in their order; where there is none, one that stands in.
pub(crate) fn find(entries: &'static [&'static str]) -> Vec<FontFile> {
    let mut files = Vec::new();
    for names in [entries, STAND_INS] {
        for name in names {
            let is_path = name.as_bytes().contains(&b'/');
            let (path, length) = if is_path { (*name, 0) } else { ("", usize::MAX) };
            files.push(FontFile {
                name,
                letters: letters(name.as_bytes()),
                path: path.as_bytes().to_vec(),
                length,
                bytes: &[],
            });
        }
    }
    search(&mut files);
    let mut is_found = false;
    for (index, file) in files.iter_mut().enumerate() {
        if index >= entries.len() && is_found {
            break;
        }
        if !file.path.is_empty()
            && let Ok(bytes) = map(&file.path)
            && Font::parse(bytes, 0).is_ok()
        {
            file.bytes = bytes;
            is_found = true;
        }
    }
    files
}

/// What may stand in, the best one first.
const STAND_INS: &[&str] = &[
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

/// Without a letter: any font.
const ANY: &str = "*";

/// No more folders are looked into: links may lead in a circle.
const MOST_FOLDERS: usize = 4096;

/// Looks for all of them at once.
fn search(files: &mut [FontFile]) {
    let usual = env::var("PGWM_FONT_PATH").map_or_else(usual_folders, <[u8]>::to_vec);
    let mut folders: Vec<Vec<u8>> = Vec::new();
    for folder in usual.split(|byte| *byte == b':') {
        folders.push(folder.to_vec());
    }
    // Each level after the one above it, so that no circle takes the others' turn.
    let mut next = 0;
    while let Some(folder) = folders.get_mut(next).map(core::mem::take) {
        next += 1;
        // One that is not there, or not ours to read, has no fonts.
        let _ = read_dir(&folder, &mut |entry| {
            if entry.kind != Kind::Directory
                && let Some(face) = face(entry.name)
            {
                for file in &mut *files {
                    file.offer(&face, &folder, entry.name);
                }
            } else if folders.len() < MOST_FOLDERS
                && !matches!(entry.kind, Kind::File | Kind::Other)
            {
                folders.push(join(&folder, entry.name));
            }
        });
    }
}

impl FontFile {
    /// Takes a file whose name is plainer than that of the one there is.
    fn offer(&mut self, face: &[u8], folder: &[u8], name: &[u8]) {
        let is_it = if self.letters.is_empty() {
            self.path.is_empty()
        } else {
            is_regular(face, &self.letters)
        };
        if is_it && name.len() < self.length {
            self.path = join(folder, name);
            self.length = name.len();
        }
    }
}

/// The folders that fonts are in, those of the user first, with a colon between.
fn usual_folders() -> Vec<u8> {
    let home = env::var("HOME").unwrap_or_default();
    let mut folders = match env::var("XDG_DATA_HOME") {
        None | Some(b"") => join(home, b".local/share/fonts:"),
        Some(data) => join(data, b"fonts:"),
    };
    folders.extend_from_slice(&join(home, b".fonts:/usr/local/share/fonts:/usr/share/fonts"));
    folders
}

/// The path of a file in a folder.
fn join(folder: &[u8], file: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(folder.len() + file.len() + 1);
    path.extend_from_slice(folder);
    path.push(b'/');
    path.extend_from_slice(file);
    path
}
