//! Flashes that can bring on a seizure: general ones and those of saturated red.
//!
//! By WCAG 2.3.1 (2.2, "general flash and red flash thresholds"), which has its figures from ITU-R BT.1702 and Ofcom: a
//! general flash is a pair of opposing changes in relative luminance of 10 % of its maximum or more, where the darker
//! state is below 0.80; a red flash a pair of opposing changes to or from a saturated red (R/(R+G+B) of 0.8 or more) of
//! more than 20 in (R-G-B) times 320, of linear R, G and B. More than three in any second are too many where they cover,
//! at the same time, a quarter of a 10 degree field of view (WCAG) or of the screen (Ofcom, BT.1702).
//!
//! Each cell of the grid is followed from its last extreme. A change counts only if, within two frames, cells over a
//! quarter of a field change the same way: letters and edges that wander over the picture do not flash together. A cell
//! flashes too often when four pairs of counted changes lie within a second.
//!
//! The 10 degree field is taken as that of a phone 6.5 cm wide, held at 30 cm: 5.2 cm of it, 0.8 of the picture's shorter
//! side, in either direction. A larger share of the picture is seen on smaller or more distant screens; there the rule
//! for the whole screen is the stricter one.

use crate::grid::Grid;
use crate::limits::Limits;

/// Relative luminance, of 1.0.
const STEP: f32 = 0.1;
/// The darker of the two is below this.
const DARKER: f32 = 0.8;
/// (R-G-B) * 320.
const RED_STEP: f32 = 20.0;
/// Share of red in a saturated red.
const SATURATED: f32 = 0.8;
/// Side of the field as a share of the picture's shorter side.
const FIELD: f32 = 0.8;
/// Pairs of changes that are too many.
const CHANGES: usize = 8;
/// They are too many within this time, in milliseconds.
const WINDOW_MS: f32 = 1_000.0;
/// Changes this far apart happen together, in milliseconds: two frames of 24 a second.
const TOGETHER_MS: f32 = 84.0;
/// Steps of the table that takes gamma away.
const GAMMA: usize = 1_024;
/// Stretches that are told one by one.
const MOST_SPANS: usize = 64;

/// A stretch of too many flashes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Flashing {
    pub(crate) from_ms: f64,
    pub(crate) to_ms: f64,
    /// The most there were, in pairs of changes a second.
    pub(crate) rate: f32,
    /// Of the whole screen, at most, 0 to 1.
    pub(crate) screen: f32,
    /// Of the worst field, at most, 0 to 1.
    pub(crate) field: f32,
}

/// Follows both kinds.
#[derive(Debug)]
pub(crate) struct Flashes {
    linear: Vec<f32>,
    general: Follower,
    red: Follower,
}

impl Flashes {
    pub(crate) fn new(limits: &Limits) -> Self {
        // The curve of sRGB, which WCAG defines relative luminance with.
        let linear = |at: usize| {
            let share = at as f32 / (GAMMA - 1) as f32;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        Self {
            linear: (0..GAMMA).map(linear).collect(),
            general: Follower::new(STEP, limits),
            red: Follower::new(RED_STEP, limits),
        }
    }

    pub(crate) fn add(&mut self, grid: &Grid, from_ms: f64, to_ms: f64) {
        self.general.begin(grid);
        self.red.begin(grid);
        let now = from_ms as f32;
        for cell in 0..grid.cells() {
            let [red, green, blue] = self.rgb(grid.y[cell], grid.u[cell], grid.v[cell]);
            let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            self.general.follow(cell, luminance, luminance < DARKER, true, now);
            let sum = red + green + blue;
            let is_saturated = sum > 0.0 && red >= SATURATED * sum;
            self.red.follow(cell, (red - green - blue).max(0.0) * 320.0, true, is_saturated, now);
        }
        self.general.judge(from_ms, to_ms);
        self.red.judge(from_ms, to_ms);
    }

    /// General and red.
    pub(crate) fn finish(self) -> (Vec<Flashing>, Vec<Flashing>) {
        (self.general.found, self.red.found)
    }

    /// Linear light from limited-range BT.709.
    fn rgb(&self, y: f32, u: f32, v: f32) -> [f32; 3] {
        let (y, cb, cr) = ((y - 16.0) / 219.0, (u - 128.0) / 224.0, (v - 128.0) / 224.0);
        let coded = [y + 1.5748 * cr, y - 0.1873 * cb - 0.4681 * cr, y + 1.8556 * cb];
        coded.map(|value| {
            let at = (value.clamp(0.0, 1.0) * (GAMMA - 1) as f32 + 0.5) as usize;
            self.linear[at.min(GAMMA - 1)]
        })
    }
}

/// Which way a cell went last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Neither,
    Up,
    Down,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    way: Way,
    /// Since the last change.
    low: f32,
    high: f32,
    /// At the low end it was dark enough; at the high end it was of the colour that counts.
    low_counts: bool,
    high_counts: bool,
    /// A change that no others went along with yet, and when.
    waiting: Option<(Way, f32)>,
    /// When the last counted changes were, the oldest at `next`.
    changes: [f32; CHANGES],
    next: u8,
}

const UNSEEN: Cell = Cell {
    way: Way::Neither,
    low: f32::INFINITY,
    high: f32::NEG_INFINITY,
    low_counts: false,
    high_counts: false,
    waiting: None,
    changes: [f32::NEG_INFINITY; CHANGES],
    next: 0,
};

#[derive(Debug)]
struct Follower {
    step: f32,
    screen_limit: f32,
    field_limit: f32,
    columns: usize,
    rows: usize,
    /// Of the field, in cells.
    field: (usize, usize),
    cells: Vec<Cell>,
    marked: Vec<bool>,
    found: Vec<Flashing>,
}

impl Follower {
    fn new(step: f32, limits: &Limits) -> Self {
        Self {
            step,
            screen_limit: limits.flash_screen as f32,
            field_limit: limits.flash_field as f32,
            columns: 0,
            rows: 0,
            field: (1, 1),
            cells: Vec::new(),
            marked: Vec::new(),
            found: Vec::new(),
        }
    }

    fn begin(&mut self, grid: &Grid) {
        if (self.columns, self.rows) == (grid.columns, grid.rows) {
            return;
        }
        (self.columns, self.rows) = (grid.columns, grid.rows);
        // Cells are about square, so the shorter side has the fewer of them.
        let side = ((self.columns.min(self.rows)) as f32 * FIELD).round().max(1.0) as usize;
        self.field = (side.min(self.columns), side.min(self.rows));
        self.cells = vec![UNSEEN; grid.cells()];
        self.marked = vec![false; grid.cells()];
    }

    /// `low_counts`: a change from or to here may count if this is its low end; `high_counts` likewise.
    fn follow(&mut self, at: usize, value: f32, low_counts: bool, high_counts: bool, now: f32) {
        let cell = &mut self.cells[at];
        if cell.way != Way::Up && value < cell.low {
            (cell.low, cell.low_counts) = (value, low_counts);
        }
        if cell.way != Way::Down && value > cell.high {
            (cell.high, cell.high_counts) = (value, high_counts);
        }
        if cell.way != Way::Up && value - cell.low >= self.step && cell.low_counts && high_counts {
            cell.way = Way::Up;
            (cell.high, cell.high_counts) = (value, high_counts);
            cell.waiting = Some((Way::Up, now));
        } else if cell.way != Way::Down && cell.high - value >= self.step && low_counts && cell.high_counts {
            cell.way = Way::Down;
            (cell.low, cell.low_counts) = (value, low_counts);
            cell.waiting = Some((Way::Down, now));
        }
    }

    /// Counts what changed together, and looks for cells where too much was counted.
    fn judge(&mut self, from_ms: f64, to_ms: f64) {
        let now = from_ms as f32;
        for way in [Way::Up, Way::Down] {
            for (mark, cell) in self.marked.iter_mut().zip(&self.cells) {
                *mark = cell.waiting.is_some_and(|(of, at)| of == way && now - at <= TOGETHER_MS);
            }
            if self.widest().1 < self.field_limit {
                continue;
            }
            for (mark, cell) in self.marked.iter().zip(&mut self.cells) {
                if *mark && let Some((_, at)) = cell.waiting.take() {
                    cell.changes[usize::from(cell.next)] = at;
                    cell.next = (cell.next + 1) % CHANGES as u8;
                }
            }
        }
        let (mut rate, mut since) = (0.0_f32, now);
        for (mark, cell) in self.marked.iter_mut().zip(&self.cells) {
            let took = now - cell.changes[usize::from(cell.next)];
            *mark = took < WINDOW_MS;
            if *mark {
                let oldest = cell.changes[usize::from(cell.next)];
                let took = cell.changes[(usize::from(cell.next) + CHANGES - 1) % CHANGES] - oldest;
                since = since.min(oldest);
                rate = rate.max((CHANGES - 1) as f32 / 2.0 / (took / 1_000.0).max(0.001));
            }
        }
        if rate == 0.0 {
            return;
        }
        let (screen, field) = self.widest();
        if field >= self.field_limit || screen >= self.screen_limit {
            self.tell(Flashing { from_ms: f64::from(since), to_ms, rate, screen, field });
        }
    }

    fn tell(&mut self, new: Flashing) {
        if let Some(last) = self.found.last_mut().filter(|last| last.to_ms >= new.from_ms) {
            last.to_ms = new.to_ms;
            last.rate = last.rate.max(new.rate);
            last.screen = last.screen.max(new.screen);
            last.field = last.field.max(new.field);
        } else if self.found.len() < MOST_SPANS {
            self.found.push(new);
        }
    }

    /// Marked shares of the screen and of the fullest field.
    fn widest(&self) -> (f32, f32) {
        let marked = self.marked.iter().filter(|mark| **mark).count();
        let screen = marked as f32 / self.marked.len().max(1) as f32;
        let (wide, high) = self.field;
        let of_field = (wide * high) as f32;
        if (marked as f32) < self.field_limit * of_field {
            return (screen, marked as f32 / of_field);
        }
        // Marks above and to the left of each corner, so that any field is four look-ups.
        let line = self.columns + 1;
        let mut above = vec![0_u32; line * (self.rows + 1)];
        for row in 0..self.rows {
            let mut of_row = 0;
            for column in 0..self.columns {
                of_row += u32::from(self.marked[row * self.columns + column]);
                above[(row + 1) * line + column + 1] = above[row * line + column + 1] + of_row;
            }
        }
        let mut most = 0;
        for top in 0..=self.rows - high {
            for left in 0..=self.columns - wide {
                let (upper, lower) = (top * line, (top + high) * line);
                let inside = above[lower + left + wide] + above[upper + left];
                most = most.max(inside - above[lower + left] - above[upper + left + wide]);
            }
        }
        (screen, most as f32 / of_field)
    }
}

#[cfg(test)]
mod tests;
