//! Where each pixel of a row looks for its two neighbours in the source, and how much of each it takes: the same for
//! every row of a plane, so it is planned once.

/// Pixels that are resampled together: four blocks.
pub(super) const GROUP: usize = 32;
/// Pixels that read from one window.
pub(super) const BLOCK: usize = 8;
/// Source values in a window. At a step of 2, eight pixels reach over 16 of them.
pub(super) const WINDOW: usize = 16;
/// Pixels that are resampled together where a processor can look them up in [`WIDE_WINDOW`] values at once: two groups.
pub(super) const WIDE: usize = 2 * GROUP;
/// Source values in a window of those. At a step of 2, 64 pixels reach over 128 of them.
pub(super) const WIDE_WINDOW: usize = 128;
/// Steps of a position: 1/256 pixel.
pub(super) const FINE: i64 = 256;

/// 32 pixels of a row, laid out as two vectors of 32 bytes: the blocks 0 and 2 are the halves of the first, 1 and 3 of
/// the second. When the sums of both are packed to bytes, half by half, the pixels come out in order.
#[derive(Debug, Clone)]
#[repr(C, align(32))]
pub(super) struct Group {
    /// Places in the window, two for each pixel.
    pub(super) taps: [[u8; 2 * WINDOW]; 2],
    /// Weights of those two, in 1/256; they sum up to 256.
    pub(super) weights: [[u8; 2 * WINDOW]; 2],
    /// Where the windows of the four blocks begin, in order.
    pub(super) windows: [u32; 4],
}

/// 64 pixels of a row, in the same order as in a [`Group`]: the even blocks are the first vector, the odd ones the second.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct Wide {
    /// Places in the window, two for each pixel.
    pub(super) taps: [[u8; WIDE]; 2],
    /// As in a group.
    pub(super) weights: [[u8; WIDE]; 2],
    /// Where the window begins.
    pub(super) window: u32,
}

/// The plan for one row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    groups: Vec<Group>,
    wides: Vec<Wide>,
    used: (usize, usize),
    reach: usize,
    copied: Option<usize>,
}

impl Group {
    const EMPTY: Self = Self { taps: [[0; 2 * WINDOW]; 2], weights: [[128; 2 * WINDOW]; 2], windows: [0; 4] };

    /// Places and weights of the eight pixels of a block.
    pub(super) fn block(&self, block: usize) -> (&[u8; WINDOW], &[u8; WINDOW]) {
        let (vector, half) = (block % 2, block / 2);
        // Both tables have two parts of this size for each vector.
        (&self.taps[vector].as_chunks().0[half], &self.weights[vector].as_chunks().0[half])
    }
}

impl Wide {
    /// One or two groups as one. Blocks that are not there look at the window's beginning.
    fn of(groups: &[Group]) -> Self {
        let window = groups[0].windows[0];
        let mut wide = Self { taps: [[0; WIDE]; 2], weights: [[128; WIDE]; 2], window };
        for (group, half) in groups.iter().zip([0, GROUP]) {
            for (block, start) in group.windows.into_iter().enumerate() {
                let (vector, lane) = (block % 2, block / 2 * WINDOW);
                // Positions never go back from one pixel to the next.
                let ahead = start.saturating_sub(window) as usize;
                let (taps, weights) = group.block(block);
                let place = half + lane..half + lane + WINDOW;
                for (wide, tap) in wide.taps[vector][place.clone()].iter_mut().zip(taps) {
                    *wide = (ahead + usize::from(*tap)).min(WIDE_WINDOW - 1) as u8;
                }
                wide.weights[vector][place].copy_from_slice(weights);
            }
        }
        wide
    }
}

/// Which vector of a group holds pixel `at`, and where its pair begins there.
fn place(at: usize) -> (usize, usize) {
    let block = at / BLOCK;
    (block % 2, block / 2 * WINDOW + at % BLOCK * 2)
}

/// A position in source pixels as the nearest of those that can be looked at: whole pixels and 1/256 of one.
pub(crate) fn nearest(position: f64, source_length: usize) -> (usize, u16) {
    // Adding a half and cutting off: `round` is a call on plain x86-64.
    let fine = ((position * FINE as f64 + 0.5) as i64).clamp(0, (source_length.max(1) as i64 - 1) * FINE);
    ((fine / FINE) as usize, (fine % FINE) as u16)
}

impl Columns {
    /// Plans `length` pixels; the first looks at `first` in the source, each further one `step` (at most 2) later.
    /// Whatever lies outside of the source looks like its edge.
    pub(crate) fn plan(&mut self, length: usize, source_length: usize, first: f64, step: f64) {
        self.groups.clear();
        self.copied = None;
        for start in (0..length).step_by(GROUP) {
            let mut group = Group::EMPTY;
            for block in 0..GROUP / BLOCK {
                let (window, _) = nearest(first + (start + block * BLOCK) as f64 * step, source_length);
                group.windows[block] = window as u32;
                for at in block * BLOCK..(block + 1) * BLOCK {
                    let (whole, share) = nearest(first + (start + at) as f64 * step, source_length);
                    let (vector, pair) = place(at);
                    // A weight of 256 is no byte: at a whole position, both halves come from the same pixel.
                    let (next, weights) =
                        if share == 0 { (0, [128, 128]) } else { (1, [(256 - share) as u8, share as u8]) };
                    let last = WINDOW - 1;
                    group.taps[vector][pair] = (whole - window).min(last) as u8;
                    group.taps[vector][pair + 1] = (whole - window + next).min(last) as u8;
                    group.weights[vector][pair..pair + 2].copy_from_slice(&weights);
                }
            }
            self.groups.push(group);
        }
        self.wides.clear();
        self.wides.extend(self.groups.chunks(2).map(Wide::of));
        let last_window = self.groups.iter().flat_map(|group| group.windows).max();
        let last_wide = self.wides.last().map_or(0, |wide| wide.window as usize + WIDE_WINDOW);
        self.reach = last_window.map_or(0, |window| window as usize + WINDOW).max(last_wide);
        if length > 0 {
            let (begin, share) = nearest(first, source_length);
            let (end, _) = nearest(first + (length - 1) as f64 * step, source_length);
            self.used = (begin, (end + 2).min(source_length));
            let even = share == 0 && (step - 1.0).abs() < 1e-12;
            self.copied = (even && first > -0.001 && begin + length <= source_length).then_some(begin);
        }
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    pub(super) fn wides(&self) -> &[Wide] {
        &self.wides
    }

    /// The first source value that is looked at, and the one after the last.
    pub(crate) fn used(&self) -> (usize, usize) {
        self.used
    }

    /// How many values a row must have: windows reach past those that are used.
    pub(crate) fn reach(&self) -> usize {
        self.reach
    }

    /// Where the pixels begin in the source if they are simply those of the source.
    pub(crate) fn copied(&self) -> Option<usize> {
        self.copied
    }
}
