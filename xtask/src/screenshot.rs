//! What a screen shows, as colours and as PNG files.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::BufWriter;
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::damage::{ConnectionExt as _, Damage, ReportLevel};
use x11rb::protocol::xproto::{ConnectionExt as _, Drawable, ImageFormat, ImageOrder};

use crate::client::{Client, Geometry};
use crate::process::{PATIENCE, Process, wait_readable};
use crate::{Failure, Outcome};

/// The most colours that a saved picture has. With fewer the shades of text's edges are seen.
const COLOURS: usize = 48;

/// A part of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The colours as 0xrrggbb, row by row from the top.
    pub pixels: Vec<u32>,
}

impl Picture {
    /// What the root window shows in a rectangle, whatever windows are there.
    pub fn of_screen(client: &Client, place: Geometry) -> Outcome<Self> {
        Self::take(client, client.root, place)
    }

    /// What the whole root window shows.
    pub fn of_root(client: &Client) -> Outcome<Self> {
        Self::of_screen(client, client.geometry(client.root)?)
    }

    fn take(client: &Client, drawable: Drawable, place: Geometry) -> Outcome<Self> {
        let (x, y) = (i16::try_from(place.x)?, i16::try_from(place.y)?);
        let (width, height) = (u16::try_from(place.width)?, u16::try_from(place.height)?);
        let format = ImageFormat::Z_PIXMAP;
        let image = client.x.get_image(format, drawable, x, y, width, height, u32::MAX)?.reply()?;
        let (width, height) = (usize::from(width), usize::from(height));
        if image.data.len() != width * height * 4 {
            return Err(Failure::new(format!(
                "the screen's depth is {}: only 32 bits a pixel can be read",
                image.depth
            )));
        }
        let big_endian = client.x.setup().image_byte_order == ImageOrder::MSB_FIRST;
        let (pixels, _) = image.data.as_chunks();
        let colour = |bytes: &[u8; 4]| {
            let pixel =
                if big_endian { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) };
            pixel & 0xff_ff_ff
        };
        Ok(Self { width, height, pixels: pixels.iter().map(colour).collect() })
    }

    /// How often each colour is there, the most frequent one first.
    pub fn colours(&self) -> Vec<(u32, usize)> {
        let mut counts = HashMap::new();
        for pixel in &self.pixels {
            *counts.entry(*pixel).or_insert(0) += 1;
        }
        let mut counts: Vec<(u32, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(colour, count)| (usize::MAX - count, *colour));
        counts
    }

    /// Its upper part, of so many rows.
    #[must_use]
    pub fn upper(mut self, height: usize) -> Self {
        self.height = self.height.min(height);
        self.pixels.truncate(self.width * self.height);
        self
    }

    /// How many pixels differ from those of a picture of the same size.
    pub fn differences(&self, other: &Self) -> usize {
        self.pixels.iter().zip(&other.pixels).filter(|(one, other)| one != other).count()
    }

    /// Writes it to a file. Of many colours some become the nearest of the others.
    pub fn save(&self, path: &Path) -> Outcome {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::create(path)
            .map_err(|error| Failure::from(error).during(&path.display().to_string()))?;
        let colours = self.colours();
        let kept = most_needed(&colours);
        let index = |colour: u32| {
            let distances = kept.iter().map(|kept| distance(*kept, colour));
            let nearest = distances.zip(0..=u8::MAX).min();
            nearest.map_or(0, |(_, index)| index)
        };
        let indices: HashMap<u32, u8> =
            colours.iter().map(|(colour, _)| (*colour, index(*colour))).collect();
        let palette: Vec<u8> =
            kept.iter().flat_map(|colour| colour.to_be_bytes().into_iter().skip(1)).collect();
        let data: Vec<u8> = self.pixels.iter().map(|pixel| indices[pixel]).collect();
        let (width, height) = (self.width.try_into()?, self.height.try_into()?);
        let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette);
        // The numbers of colours say nothing of their neighbours.
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&data)?;
        Ok(())
    }
}

impl Client {
    /// Waits until what the screen shows is as wanted, looking again after it changes; see
    /// [`Client::wait`].
    pub fn wait_seen(
        &self,
        watched: Option<&Process>,
        what: &str,
        mut wanted: impl FnMut(&Self) -> Outcome<bool>,
    ) -> Outcome {
        let damage = self.tell_of_changes()?;
        let result = self.wait(watched, what, |client| {
            // First: a change after this is told of.
            client.x.damage_subtract(damage, x11rb::NONE, x11rb::NONE)?;
            wanted(client)
        });
        self.x.damage_destroy(damage)?;
        result
    }

    /// Waits until nothing has been drawn for a while, for a picture. No test depends on it.
    pub fn wait_still(&self, quiet: Duration) -> Outcome {
        let damage = self.tell_of_changes()?;
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            self.x.damage_subtract(damage, x11rb::NONE, x11rb::NONE)?;
            self.forget_events()?;
            let while_still = Instant::now() + quiet;
            if wait_readable(&[self.x.stream().as_fd()], while_still)?.is_none() {
                break;
            }
        }
        self.x.damage_destroy(damage)?;
        Ok(())
    }

    /// Asks for an event when something is drawn anywhere.
    fn tell_of_changes(&self) -> Outcome<Damage> {
        self.x.damage_query_version(1, 1)?.reply()?;
        let damage = self.x.generate_id()?;
        self.x.damage_create(damage, self.root, ReportLevel::NON_EMPTY)?.check()?;
        Ok(damage)
    }
}

/// The colours that stand for all of these, of which each comes with its number: one by one
/// the one that would be wrong in the most pixels, and by the most.
fn most_needed(colours: &[(u32, usize)]) -> Vec<u32> {
    let mut kept = Vec::new();
    let mut errors: Vec<u64> = vec![u64::from(u32::MAX); colours.len()];
    while kept.len() < COLOURS {
        let wrong = |index: &usize| errors[*index] * colours[*index].1 as u64;
        let Some(worst) = (0..colours.len()).max_by_key(wrong).filter(|it| wrong(it) > 0) else {
            break;
        };
        let colour = colours[worst].0;
        kept.push(colour);
        for ((other, _), error) in colours.iter().zip(&mut errors) {
            *error = (*error).min(distance(colour, *other).into());
        }
    }
    kept
}

/// How much two colours differ.
fn distance(one: u32, other: u32) -> u32 {
    let squares = one.to_be_bytes().into_iter().zip(other.to_be_bytes());
    squares.map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
}

/// The colour of one pixel of the screen, as 0xrrggbb.
pub fn pixel(client: &Client, (x, y): (i32, i32)) -> Outcome<u32> {
    let place = Geometry { x, y, width: 1, height: 1, border: 0 };
    let picture = Picture::of_screen(client, place)?;
    picture.pixels.first().copied().ok_or_else(|| Failure::new("a picture without pixels"))
}

/// Writes what the root window shows to `path`.
pub fn save(client: &Client, path: &Path) -> Outcome {
    Picture::of_root(client)?.save(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_colour_that_is_far_from_others_is_kept() {
        let many = (0..200_u32).map(|shade| (shade << 8, 1000));
        let colours: Vec<(u32, usize)> = many.chain([(0xff_00_ff, 100)]).collect();
        let kept = most_needed(&colours);
        assert_eq!(kept.len(), COLOURS);
        assert!(kept.contains(&0xff_00_ff));
        assert_eq!(most_needed(&[(1, 5), (2, 9)]), [2, 1]);
    }
}
