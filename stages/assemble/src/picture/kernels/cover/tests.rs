use proptest::prelude::*;

use super::*;

const AREA: Rect = Rect { x: 10, y: 6, width: 80, height: 120 };

/// What is seen of a white row over a black one, for each row of the area.
fn seen(cover: &Cover, scale: usize) -> Vec<Vec<u8>> {
    let mut stencil = Stencil::default();
    let columns = AREA.x / scale..AREA.right() / scale;
    (AREA.y / scale..AREA.bottom() / scale)
        .map(|y| {
            let mut row = vec![0; columns.len()];
            match stencil.row(cover, (y, scale), columns.clone()) {
                RowCover::Same(share) => Level::best().tint(&mut row, 255, share),
                RowCover::Varied => stencil.mix(Level::best(), &mut row, &vec![255; columns.len()]),
            }
            row
        })
        .collect()
}

fn covers(progress: f32, soft: f32) -> Vec<Cover> {
    let mut covers: Vec<Cover> = [Towards::Left, Towards::Right, Towards::Up, Towards::Down]
        .map(|towards| Cover::Wipe(Wipe::new(towards, progress, soft, AREA)))
        .to_vec();
    covers.extend(
        [(50.0, 66.0), (0.0, 0.0), (130.0, 40.0)].map(|middle| Cover::Iris(Iris::new(middle, progress, soft, AREA))),
    );
    covers
}

#[test]
fn wipes_and_irises_begin_with_nothing_and_end_with_everything() {
    for soft in [0.0, 1.0, 7.5, 200.0] {
        for scale in [1, 2] {
            for cover in covers(0.0, soft) {
                assert!(seen(&cover, scale).iter().flatten().all(|seen| *seen == 0), "{cover:?}");
            }
            for cover in covers(1.0, soft) {
                assert!(seen(&cover, scale).iter().flatten().all(|seen| *seen == 255), "{cover:?}");
            }
        }
    }
}

proptest! {
    /// Each place shows what the distance from the border says; so the shortcuts for rows and columns are right.
    #[test]
    fn a_border_is_where_it_was_asked_for(progress in 0.0_f32..=1.0, soft in 0.0_f32..60.0, scale in 1_usize..=2) {
        for cover in covers(progress, soft) {
            let within = cover.within(AREA);
            for (row, values) in seen(&cover, scale).iter().enumerate() {
                for (column, value) in values.iter().enumerate() {
                    let x = ((AREA.x / scale + column) as f32 + 0.5) * scale as f32;
                    let y = ((AREA.y / scale + row) as f32 + 0.5) * scale as f32;
                    let (inside, soft) = match &cover {
                        Cover::Wipe(wipe) => (match wipe.towards {
                            Towards::Left => x - wipe.edge,
                            Towards::Right => wipe.edge - x,
                            Towards::Up => y - wipe.edge,
                            Towards::Down => wipe.edge - y,
                        }, wipe.soft),
                        Cover::Iris(iris) => (iris.radius - (x - iris.middle.0).hypot(y - iris.middle.1), iris.soft),
                        Cover::Whole | Cover::Share(_) => unreachable!("not made here"),
                    };
                    let share = (0.5 + inside / soft).clamp(0.0, 1.0);
                    let expected = share * share * (3.0 - 2.0 * share) * 255.0;
                    prop_assert!((f32::from(*value) - expected).abs() < 1.5, "{value}, not {expected}: {cover:?}");
                    let (x, y) = (x as usize, y as usize);
                    let inside = (within.x..within.right()).contains(&x) && (within.y..within.bottom()).contains(&y);
                    prop_assert!(*value == 0 || inside, "({x}, {y}) is outside of {within:?}");
                }
            }
            prop_assert_eq!(within, within.even());
        }
    }
}
