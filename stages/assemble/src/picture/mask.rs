//! Shapes as 8-bit coverage: what text and cards are made of before they get a colour.

/// Coverage of each pixel, 0 to 255.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<u8>,
}

/// A box with round corners, in pixels with fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RoundBox {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
    pub(crate) radius: f32,
}

impl RoundBox {
    /// The same box, larger by `by` on each side.
    pub(crate) fn grown(self, across: f32, down: f32) -> Self {
        Self {
            left: self.left - across,
            top: self.top - down,
            right: self.right + across,
            bottom: self.bottom + down,
            ..self
        }
    }

    /// The same box scaled about its middle.
    pub(crate) fn scaled(self, by: f32) -> Self {
        self.grown((self.right - self.left) * (by - 1.0) / 2.0, (self.bottom - self.top) * (by - 1.0) / 2.0)
    }
}

impl Mask {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, data: vec![0; width * height] }
    }

    /// Puts a small coverage picture at `(left, top)`, keeping the larger value; what lies outside is cut off.
    pub(crate) fn put(&mut self, (left, top): (i32, i32), width: usize, coverage: &[u8]) {
        for (row, values) in coverage.chunks_exact(width.max(1)).enumerate() {
            let Ok(y) = usize::try_from(top + row as i32) else { continue };
            if y >= self.height {
                break;
            }
            let skip = usize::try_from(-left).unwrap_or(0);
            let x = usize::try_from(left).unwrap_or(0);
            if skip >= values.len() || x >= self.width {
                continue;
            }
            let line = &mut self.data[y * self.width + x..(y + 1) * self.width];
            for (old, new) in line.iter_mut().zip(&values[skip..]) {
                *old = (*old).max(*new);
            }
        }
    }

    /// Adds a box with round corners and smooth edges.
    pub(crate) fn put_box(&mut self, shape: RoundBox) {
        let radius = shape.radius.min((shape.right - shape.left) / 2.0).min((shape.bottom - shape.top) / 2.0).max(0.5);
        let rows = clamp_range(shape.top, shape.bottom, self.height);
        let columns = clamp_range(shape.left, shape.right, self.width);
        for y in rows {
            let down = overhang(y, shape.top + radius, shape.bottom - radius);
            for x in columns.clone() {
                let across = overhang(x, shape.left + radius, shape.right - radius);
                let outside = (across * across + down * down).sqrt() - radius;
                let coverage = ((0.5 - outside).clamp(0.0, 1.0) * 255.0) as u8;
                let old = &mut self.data[y * self.width + x];
                *old = (*old).max(coverage);
            }
        }
    }

    /// The shape with a border of `radius` pixels round it.
    pub(crate) fn dilated(&self, radius: usize) -> Self {
        let mut out = self.clone();
        let reach = radius as isize;
        for down in -reach..=reach {
            let across = ((reach * reach + reach - down * down).max(0) as f32).sqrt() as isize;
            for y in 0..self.height {
                let Some(from) = y.checked_add_signed(down).filter(|row| *row < self.height) else { continue };
                let source = &self.data[from * self.width..(from + 1) * self.width];
                let target = &mut out.data[y * self.width..(y + 1) * self.width];
                for shift in -across..=across {
                    let size = self.width.saturating_sub(shift.unsigned_abs());
                    let (to, at) = if shift < 0 { (0, shift.unsigned_abs()) } else { (shift.unsigned_abs(), 0) };
                    if size == 0 {
                        continue;
                    }
                    for (old, new) in target[to..to + size].iter_mut().zip(&source[at..at + size]) {
                        *old = (*old).max(*new);
                    }
                }
            }
        }
        out
    }

    /// The shape made soft: two passes of a running mean of `radius` pixels to each side.
    pub(crate) fn blurred(&self, radius: usize) -> Self {
        let mut out = self.clone();
        for _ in 0..2 {
            out = out.mean_of_rows(radius).turned().mean_of_rows(radius).turned();
        }
        out
    }

    fn mean_of_rows(&self, radius: usize) -> Self {
        let mut out = Self::new(self.width, self.height);
        let size = 2 * radius as u32 + 1;
        for (source, target) in
            self.data.chunks_exact(self.width.max(1)).zip(out.data.chunks_exact_mut(self.width.max(1)))
        {
            let mut sum: u32 = source.iter().take(radius).map(|value| u32::from(*value)).sum();
            for (x, mean) in target.iter_mut().enumerate() {
                sum += source.get(x + radius).map_or(0, |value| u32::from(*value));
                *mean = (sum / size) as u8;
                sum -= x.checked_sub(radius).map_or(0, |gone| u32::from(source[gone]));
            }
        }
        out
    }

    fn turned(&self) -> Self {
        let mut out = Self::new(self.height, self.width);
        for (y, row) in self.data.chunks_exact(self.width.max(1)).enumerate() {
            for (x, value) in row.iter().enumerate() {
                out.data[x * self.height + y] = *value;
            }
        }
        out
    }
}

fn clamp_range(from: f32, to: f32, limit: usize) -> std::ops::Range<usize> {
    let start = (from - 1.0).max(0.0) as usize;
    start.min(limit)..((to + 1.0).max(0.0).ceil() as usize).min(limit)
}

/// How far the middle of pixel `at` lies outside `from..to`.
fn overhang(at: usize, from: f32, to: f32) -> f32 {
    let middle = at as f32 + 0.5;
    (from - middle).max(middle - to).max(0.0)
}
