//! The picture of a screen as a PNG file.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, ImageOrder};

use crate::client::Client;
use crate::{Failure, Outcome};

/// The colour of one pixel of the screen, as 0xrrggbb.
pub fn pixel(client: &Client, (x, y): (i32, i32)) -> Outcome<u32> {
    let (x, y, root) = (i16::try_from(x)?, i16::try_from(y)?, client.root);
    let format = ImageFormat::Z_PIXMAP;
    let data = client.x.get_image(format, root, x, y, 1, 1, u32::MAX)?.reply()?.data;
    let bytes = data.try_into().map_err(|_| Failure::new("a pixel is not of 32 bits"))?;
    let big_endian = client.x.setup().image_byte_order == ImageOrder::MSB_FIRST;
    let pixel = if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
    Ok(pixel & 0xff_ff_ff)
}

/// Writes what the root window shows to `path`.
pub fn save(client: &Client, path: &Path) -> Outcome {
    let place = client.geometry(client.root)?;
    let (width, height) = (u16::try_from(place.width)?, u16::try_from(place.height)?);
    let format = ImageFormat::Z_PIXMAP;
    let image = client.x.get_image(format, client.root, 0, 0, width, height, u32::MAX)?.reply()?;
    if image.data.len() != usize::from(width) * usize::from(height) * 4 {
        return Err(Failure::new(format!(
            "the screen's depth is {}: only 32 bits a pixel can be saved",
            image.depth
        )));
    }
    let big_endian = client.x.setup().image_byte_order == ImageOrder::MSB_FIRST;
    // A pixel is 0x00rrggbb in the server's byte order.
    let colours: Vec<u8> = image
        .data
        .chunks_exact(4)
        .flat_map(|pixel| {
            let [first, second, third] = if big_endian { [1, 2, 3] } else { [2, 1, 0] };
            [pixel[first], pixel[second], pixel[third]]
        })
        .collect();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::create(path)
        .map_err(|error| Failure::from(error).during(&path.display().to_string()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width.into(), height.into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.write_header()?.write_image_data(&colours)?;
    Ok(())
}
