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
    /// Its middle.
    pub(crate) fn middle(self) -> (f32, f32) {
        (f32::midpoint(self.left, self.right), f32::midpoint(self.top, self.bottom))
    }

    /// The same box elsewhere.
    pub(crate) fn moved(self, across: f32, down: f32) -> Self {
        Self {
            left: self.left + across,
            top: self.top + down,
            right: self.right + across,
            bottom: self.bottom + down,
            ..self
        }
    }

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
        let reach = radius as isize;
        let mut out = Self::new(self.width, self.height);
        // Rows of the disc with the same width share one pass along the rows.
        let mut rows: Vec<(usize, Vec<isize>)> = Vec::new();
        for down in -reach..=reach {
            let across = ((reach * reach + reach - down * down).max(0) as f32).sqrt() as usize;
            match rows.iter_mut().find(|(width, _)| *width == across) {
                Some((_, downs)) => downs.push(down),
                None => rows.push((across, vec![down])),
            }
        }
        for (across, downs) in rows {
            let wide = self.widened(across);
            for down in downs {
                for y in 0..self.height {
                    let Some(from) = y.checked_add_signed(down).filter(|row| *row < self.height) else { continue };
                    let source = &wide[from * self.width..(from + 1) * self.width];
                    raise(&mut out.data[y * self.width..(y + 1) * self.width], source);
                }
            }
        }
        out
    }

    /// Each row with its largest values reaching `across` pixels to both sides. A run of doubling steps: a window of
    /// `n` pixels is the larger of two windows of half as many.
    fn widened(&self, across: usize) -> Vec<u8> {
        let window = 2 * across + 1;
        let mut rows = self.data.clone();
        // What each pixel and those left of it hold; beyond the row's right end there is nothing more.
        let (mut old, mut new) = (vec![0_u8; self.width + across], vec![0_u8; self.width + across]);
        for row in rows.chunks_exact_mut(self.width.max(1)) {
            if row.iter().all(|value| *value == 0) {
                continue;
            }
            old[..row.len()].copy_from_slice(row);
            old[row.len()..].fill(0);
            let mut covered = 1;
            while covered < window {
                let step = covered.min(window - covered).min(old.len());
                new.copy_from_slice(&old);
                raise(&mut new[step..], &old);
                std::mem::swap(&mut old, &mut new);
                covered += step;
            }
            row.copy_from_slice(&old[across..]);
        }
        rows
    }

    /// The shape made soft: two passes of a running mean of `radius` pixels to each side.
    pub(crate) fn blurred(&self, radius: usize) -> Self {
        let mut out = self.clone();
        for _ in 0..2 {
            out = out.mean_of_rows(radius);
            out = out.mean_of_columns(radius);
        }
        out
    }

    fn mean_of_rows(&self, radius: usize) -> Self {
        let mut out = Self::new(self.width, self.height);
        let share = reciprocal(radius);
        for (source, target) in
            self.data.chunks_exact(self.width.max(1)).zip(out.data.chunks_exact_mut(self.width.max(1)))
        {
            if source.iter().all(|value| *value == 0) {
                continue;
            }
            let mut sum: u32 = source.iter().take(radius).map(|value| u32::from(*value)).sum();
            for (x, mean) in target.iter_mut().enumerate() {
                sum += source.get(x + radius).map_or(0, |value| u32::from(*value));
                *mean = ((sum * share) >> 16) as u8;
                sum -= x.checked_sub(radius).map_or(0, |gone| u32::from(source[gone]));
            }
        }
        out
    }

    fn mean_of_columns(&self, radius: usize) -> Self {
        let mut out = Self::new(self.width, self.height);
        let share = reciprocal(radius);
        let row = |y: usize| &self.data[y * self.width..(y + 1) * self.width];
        let mut sums = vec![0_u32; self.width];
        for y in 0..radius.min(self.height) {
            sums.iter_mut().zip(row(y)).for_each(|(sum, value)| *sum += u32::from(*value));
        }
        for y in 0..self.height {
            if y + radius < self.height {
                sums.iter_mut().zip(row(y + radius)).for_each(|(sum, value)| *sum += u32::from(*value));
            }
            let target = &mut out.data[y * self.width..(y + 1) * self.width];
            target.iter_mut().zip(&sums).for_each(|(mean, sum)| *mean = ((sum * share) >> 16) as u8);
            if let Some(gone) = y.checked_sub(radius) {
                sums.iter_mut().zip(row(gone)).for_each(|(sum, value)| *sum -= u32::from(*value));
            }
        }
        out
    }
}

/// One over the size of a mean's window, with 16 bits of fraction, never too large.
fn reciprocal(radius: usize) -> u32 {
    65_536 / (2 * radius as u32 + 1)
}

/// Raises each value to at least its partner.
fn raise(target: &mut [u8], source: &[u8]) {
    for (old, new) in target.iter_mut().zip(source) {
        *old = (*old).max(*new);
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
