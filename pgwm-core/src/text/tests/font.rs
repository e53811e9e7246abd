//! Builds fonts of a few bytes for the tests: what a builder writes is written here from
//! the specification, and never by the code that reads it.

/// A font of quadratic or cubic curves, a thousand units in an em, ascending 800 and
/// descending 200. Every glyph is 500 units wide unless it says otherwise.
#[derive(Clone, Default)]
pub(crate) struct Builder {
    pub(crate) tables: Vec<([u8; 4], Vec<u8>)>,
}

/// Numbers in the order of a font file.
#[derive(Clone, Default)]
pub(crate) struct Out(pub(crate) Vec<u8>);

impl Out {
    pub(crate) fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    pub(crate) fn u16(mut self, value: i32) -> Self {
        self.0.extend((value as u16).to_be_bytes());
        self
    }

    pub(crate) fn u16s(self, values: &[i32]) -> Self {
        values.iter().fold(self, |out, value| out.u16(*value))
    }

    pub(crate) fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }
}

impl Builder {
    /// A font with these glyphs and this character map.
    pub(crate) fn quadratic(glyphs: &[Vec<u8>], cmap: Vec<u8>) -> Self {
        let (mut loca, mut glyf) = (Out::default().u16(0), Vec::new());
        for glyph in glyphs {
            glyf.extend(glyph);
            glyf.resize(glyf.len().next_multiple_of(2), 0);
            loca = loca.u16((glyf.len() / 2) as i32);
        }
        Self::common(glyphs.len(), cmap).with(*b"loca", loca.0).with(*b"glyf", glyf)
    }

    /// A font with this `CFF ` table, of so many glyphs.
    pub(crate) fn cubic(glyphs: usize, cff: Vec<u8>, cmap: Vec<u8>) -> Self {
        Self::common(glyphs, cmap).with(*b"CFF ", cff)
    }

    fn common(glyphs: usize, cmap: Vec<u8>) -> Self {
        let head = Out::default().u32(0x1_0000).bytes(&[0; 14]).u16(1000).bytes(&[0; 34]);
        let hhea = Out::default().u32(0x1_0000).u16s(&[800, -200]).bytes(&[0; 26]).u16(1);
        let hmtx = Out::default().u16s(&[500, 0]).bytes(&vec![0; 2 * (glyphs - 1)]);
        let maxp = Out::default().u32(0x1_0000).u16(glyphs as i32);
        Self::default()
            .with(*b"head", head.0)
            .with(*b"hhea", hhea.0)
            .with(*b"hmtx", hmtx.0)
            .with(*b"maxp", maxp.0)
            .with(*b"cmap", cmap)
    }

    /// Adds a table, or takes the place of the one of that name.
    pub(crate) fn with(mut self, name: [u8; 4], table: Vec<u8>) -> Self {
        self.tables.retain(|(other, _)| *other != name);
        self.tables.push((name, table));
        self
    }

    /// The file; `at` is how many bytes lie before it in a collection.
    pub(crate) fn file(&self, at: usize) -> Vec<u8> {
        let count = self.tables.len();
        let mut out = Out::default().u32(0x1_0000).u16s(&[count as i32, 0, 0, 0]);
        let mut offset = 12 + 16 * count + at;
        for (name, table) in &self.tables {
            out = out.bytes(name).u32(0).u32(offset as u32).u32(table.len() as u32);
            offset += table.len();
        }
        self.tables.iter().fold(out, |out, (_, table)| out.bytes(table)).0
    }

    /// The file, for as long as the test runs.
    pub(crate) fn leak(&self) -> &'static [u8] {
        self.file(0).leak()
    }
}

/// A character map with one subtable, for platform 3 and this encoding.
pub(crate) fn cmap(encoding: i32, subtable: &[u8]) -> Vec<u8> {
    Out::default().u16s(&[0, 1, 3, encoding]).u32(12).bytes(subtable).0
}

/// A character map of format 12: each range begins with a character and its glyph.
pub(crate) fn characters(ranges: &[(char, char, u32)]) -> Vec<u8> {
    let length = 16 + 12 * ranges.len() as u32;
    let mut out = Out::default().u16s(&[12, 0]).u32(length).u32(0).u32(ranges.len() as u32);
    for (first, last, glyph) in ranges {
        out = out.u32(*first as u32).u32(*last as u32).u32(*glyph);
    }
    cmap(10, &out.0)
}

/// A simple glyph: contours of points, each on the curve or not.
pub(crate) fn simple(contours: &[&[(i32, i32, bool)]]) -> Vec<u8> {
    let points: Vec<_> = contours.iter().flat_map(|contour| contour.iter()).collect();
    let low = |of: fn(&(i32, i32, bool)) -> i32| points.iter().map(|point| of(point)).min();
    let edges = [low(|point| point.0), low(|point| point.1)].map(|edge| edge.unwrap_or(0));
    let mut out = Out::default().u16(contours.len() as i32).u16s(&edges).u16s(&[0, 0]);
    let mut last = -1;
    for contour in contours {
        last += contour.len() as i32;
        out = out.u16(last);
    }
    out = out.u16(0);
    out = points.iter().fold(out, |out, point| out.u8(u8::from(point.2)));
    for of in [|point: &(i32, i32, bool)| point.0, |point: &(i32, i32, bool)| point.1] {
        let mut before = 0;
        for point in &points {
            out = out.u16(of(point) - before);
            before = of(point);
        }
    }
    out.0
}

/// A rectangle, as a simple glyph.
pub(crate) fn rectangle(left: i32, bottom: i32, right: i32, top: i32) -> Vec<u8> {
    simple(&[&[(left, bottom, true), (left, top, true), (right, top, true), (right, bottom, true)]])
}

/// A glyph of others, each moved.
pub(crate) fn composite(left: i32, parts: &[(i32, i32, i32)]) -> Vec<u8> {
    let mut out = Out::default().u16s(&[-1, left, 0, 0, 0]);
    for (index, (glyph, x, y)) in parts.iter().enumerate() {
        let more = if index + 1 < parts.len() { 0x20 } else { 0 };
        out = out.u16s(&[more | 3, *glyph, *x, *y]);
    }
    out.0
}

/// An INDEX of the Compact Font Format, with offsets of two bytes.
pub(crate) fn index(items: &[Vec<u8>]) -> Vec<u8> {
    if items.is_empty() {
        return vec![0, 0];
    }
    let mut out = Out::default().u16(items.len() as i32).u8(2).u16(1);
    let mut end = 1;
    for item in items {
        end += item.len() as i32;
        out = out.u16(end);
    }
    items.iter().fold(out, |out, item| out.bytes(item)).0
}

/// A number of a dictionary, always in five bytes.
fn number(value: usize) -> Vec<u8> {
    Out::default().u8(29).u32(value as u32).0
}

/// What goes into a `CFF ` table.
#[derive(Clone, Default)]
pub(crate) struct Cff {
    pub(crate) glyphs: Vec<Vec<u8>>,
    pub(crate) globals: Vec<Vec<u8>>,
    /// The subroutines of each private dictionary. With more than one, each glyph chooses.
    pub(crate) locals: Vec<Vec<Vec<u8>>>,
    pub(crate) select: Vec<u8>,
}

impl Cff {
    pub(crate) fn table(&self) -> Vec<u8> {
        let private = |subroutines: &[Vec<u8>]| {
            let dictionary = [number(6), vec![19]].concat();
            assert_eq!(dictionary.len(), 6);
            [dictionary, index(subroutines)].concat()
        };
        let privates: Vec<_> = self.locals.iter().map(|locals| private(locals)).collect();
        // The top dictionary has the same length whatever its numbers.
        let top = |places: [usize; 4]| {
            let [glyphs, private, fonts, select] = places.map(number);
            // A real number, 0.001, before everything: it is passed over.
            let mut top = vec![30, 0xa0, 0x01, 0xff, 12, 7];
            top.extend([glyphs, vec![17]].concat());
            if self.select.is_empty() {
                top.extend([number(6), private, vec![18]].concat());
            } else {
                top.extend([fonts, vec![12, 36], select, vec![12, 37]].concat());
            }
            index(&[top])
        };
        let head = [vec![1, 0, 4, 2], index(&[b"Test".to_vec()])].concat();
        let after_top = [index(&[]), index(&self.globals)].concat();
        let start = head.len() + top([0; 4]).len() + after_top.len();
        let mut body = Vec::new();
        let mut add = |bytes: &[u8]| {
            let place = start + body.len();
            body.extend(bytes);
            place
        };
        let glyphs = add(&index(&self.glyphs));
        let privates: Vec<_> = privates.iter().map(|private| add(private)).collect();
        let fonts = privates.iter().map(|at| [number(6), number(*at), vec![18]].concat());
        let fonts = add(&index(&fonts.collect::<Vec<_>>()));
        let select = add(&self.select);
        let private = privates.first().copied().unwrap_or(0);
        [head, top([glyphs, private, fonts, select]), after_top, body].concat()
    }
}
