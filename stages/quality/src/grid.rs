//! A picture as a coarse grid of mean colours: what all judgements of the picture but the captions' are made from.

use crate::frame::Frame;

/// Cells across and down, at most: 18 by 18 pixels of 1080x1920.
const MOST_CELLS: (usize, usize) = (60, 107);
/// Of each cell about this many rows are read: the rest would change the means of coded pictures by less than a step.
const ROWS_READ: usize = 5;

/// Mean Y, U and V of each cell, row by row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) y: Vec<f32>,
    pub(crate) u: Vec<f32>,
    pub(crate) v: Vec<f32>,
    /// One sum a column of pixels.
    sums: Vec<u16>,
}

impl Grid {
    /// Takes the means of a frame that is whole.
    pub(crate) fn take(&mut self, frame: &Frame<'_>) {
        // A cell has a pixel of chroma at least.
        self.columns = MOST_CELLS.0.min(frame.width / 4);
        self.rows = MOST_CELLS.1.min(frame.height / 4);
        let cells = (self.columns, self.rows);
        means(frame.y, (frame.width, frame.height), frame.y_stride, cells, &mut self.sums, &mut self.y);
        let half = (frame.width.div_ceil(2), frame.height.div_ceil(2));
        means(frame.u, half, frame.chroma_stride, cells, &mut self.sums, &mut self.u);
        means(frame.v, half, frame.chroma_stride, cells, &mut self.sums, &mut self.v);
    }

    pub(crate) fn cells(&self) -> usize {
        self.y.len()
    }
}

fn means(
    plane: &[u8],
    (width, height): (usize, usize),
    stride: usize,
    (columns, rows): (usize, usize),
    sums: &mut Vec<u16>,
    cells: &mut Vec<f32>,
) {
    cells.clear();
    for row in 0..rows {
        let (top, bottom) = (row * height / rows, (row + 1) * height / rows);
        let step = ((bottom - top) / ROWS_READ).max(1);
        sums.clear();
        sums.resize(width, 0);
        let mut read: u32 = 0;
        // No more than 257 rows fit a sum; a cell of the largest frame has 77, so even all of them do.
        for y in (top..bottom).step_by(step) {
            let pixels = &plane[y * stride..][..width];
            for (sum, pixel) in sums.iter_mut().zip(pixels) {
                *sum += u16::from(*pixel);
            }
            read += 1;
        }
        for column in 0..columns {
            let (left, right) = (column * width / columns, (column + 1) * width / columns);
            let sum: u32 = sums[left..right].iter().map(|sum| u32::from(*sum)).sum();
            cells.push(sum as f32 / (read * (right - left) as u32) as f32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Grid;
    use crate::testing::Picture;

    #[test]
    fn a_cell_has_the_mean_colour_of_its_pixels() {
        let mut picture = Picture::plain(1080, 1920, [16, 128, 128]);
        picture.fill([0, 0, 540, 960], [180, 90, 200]);
        let mut grid = Grid::default();
        grid.take(&picture.frame(0.0, 33.0));
        assert_eq!((grid.columns, grid.rows, grid.cells()), (60, 107, 60 * 107));
        assert_eq!((grid.y[0], grid.u[0], grid.v[0]), (180.0, 90.0, 200.0));
        let last = grid.cells() - 1;
        assert_eq!((grid.y[last], grid.u[last], grid.v[last]), (16.0, 128.0, 128.0));
    }

    #[test]
    fn the_smallest_and_odd_pictures_have_cells_too() {
        for (width, height) in [(16, 16), (17, 33), (1079, 63)] {
            let picture = Picture::plain(width, height, [77, 120, 130]);
            let mut grid = Grid::default();
            grid.take(&picture.frame(0.0, 33.0));
            assert!(grid.cells() > 0);
            let is = |cells: &[f32], mean: f32| cells.iter().all(|cell| (cell - mean).abs() < 1e-3);
            assert!(is(&grid.y, 77.0) && is(&grid.v, 130.0), "{width}x{height}");
        }
    }
}
