//! A template in a language that is written from right to left: what stood at the left stands at the right, and what came
//! from the left comes from the right. Pictures stay as they are.

use reelpress_templates::template::{AnimationKind, Direction, Layer, LayerKind, Place, Transition, TransitionKind};

/// The place as far from the other side of what it is measured in.
pub(super) fn place(place: Place) -> Place {
    Place { x: (1.0 - place.x - place.width).max(0.0), ..place }
}

pub(super) fn layer(mut layer: Layer) -> Layer {
    if let LayerKind::Gradient(gradient) = &mut layer.kind {
        gradient.towards = direction(gradient.towards);
    }
    for animation in [&mut layer.enter, &mut layer.exit].into_iter().flatten() {
        animation.kind = moved(animation.kind);
    }
    Layer { place: place(layer.place), ..layer }
}

pub(super) fn transition(transition: Transition) -> Transition {
    let kind = match transition.kind {
        TransitionKind::Slide(to) => TransitionKind::Slide(direction(to)),
        TransitionKind::Push(to) => TransitionKind::Push(direction(to)),
        TransitionKind::Wipe(to) => TransitionKind::Wipe(direction(to)),
        kind @ (TransitionKind::Cut | TransitionKind::CrossFade | TransitionKind::Zoom) => kind,
    };
    Transition { kind, ..transition }
}

fn moved(kind: AnimationKind) -> AnimationKind {
    match kind {
        AnimationKind::Slide(to) => AnimationKind::Slide(direction(to)),
        AnimationKind::Wipe(to) => AnimationKind::Wipe(direction(to)),
        kind @ (AnimationKind::Fade | AnimationKind::Pop) => kind,
    }
}

fn direction(to: Direction) -> Direction {
    match to {
        Direction::Left => Direction::Right,
        Direction::Right => Direction::Left,
        to @ (Direction::Up | Direction::Down) => to,
    }
}

#[cfg(test)]
mod tests {
    use reelpress_templates::catalogue::built_in;
    use reelpress_templates::template::{LayerKind, TextAlign};

    use crate::testing::{Edition, template};

    #[test]
    fn an_arabic_cut_is_the_mirror_of_an_english_one() {
        for name in built_in() {
            let mut edition = Edition::new(4_000);
            edition.template = template(name);
            let english = edition.plan();
            edition.language = "ar".to_owned();
            let arabic = edition.plan();
            for (one, other) in english.scenes.iter().zip(&arabic.scenes) {
                assert_eq!(one.layers.len(), other.layers.len(), "{name}");
                for (left, right) in one.layers.iter().zip(&other.layers) {
                    let sum = left.place.x + left.place.width + right.place.x;
                    assert!((sum - 1.0).abs() < 1e-5, "{name}, {}: {sum}", left.name);
                }
            }
        }
    }

    #[test]
    fn the_kicker_is_first_where_lines_start_and_the_label_where_they_end() {
        let mut edition = Edition::new(4_000);
        edition.language = "he".to_owned();
        let plan = edition.plan();
        let label = plan.scenes[0].layers.iter().find(|layer| layer.name == "ai label").unwrap();
        let LayerKind::Text(text) = &label.kind else { panic!("it is a text") };
        assert_eq!((label.place.x, text.align), (0.0, TextAlign::End), "at the left, where Hebrew lines end");
    }
}
