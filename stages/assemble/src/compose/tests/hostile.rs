//! Plans that nobody would write: painted all the same, without a panic and always alike.

use super::*;

fn any_number() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => -0.5_f32..1.5,
        1 => prop::num::f32::ANY,
        1 => Just(0.0),
    ]
}

fn any_place() -> impl Strategy<Value = Place> {
    (any::<bool>(), any_number(), any_number(), any_number(), any_number()).prop_map(|(safe, x, y, width, height)| {
        Place { within: if safe { Within::Safe } else { Within::Frame }, x, y, width, height }
    })
}

fn any_animation() -> impl Strategy<Value = Option<Animation>> {
    let kinds = prop::sample::select(vec![
        AnimationKind::Fade,
        AnimationKind::Slide(Direction::Down),
        AnimationKind::Wipe(Direction::Down),
        AnimationKind::Pop,
    ]);
    let easings = prop::sample::select(vec![Easing::Linear, Easing::In, Easing::Back]);
    prop::option::of((kinds, prop_oneof![0_u32..3_000, any::<u32>()], 0_u32..400, easings))
        .prop_map(|some| some.map(|(kind, ms, delay_ms, easing)| Animation { kind, ms, delay_ms, easing }))
}

/// A layer with odd numbers in it.
fn any_layer() -> impl Strategy<Value = Layer> {
    let odd = (any_number(), any_number(), any_number(), any::<u32>());
    (prop::sample::select(kinds()), any_place(), any_number(), any_animation(), any_animation(), any::<bool>(), odd)
        .prop_map(|(mut kind, place, opacity, enter, exit, fixed, (one, two, three, count))| {
            match &mut kind {
                LayerKind::Picture(picture) => {
                    (picture.motion.zoom_to, picture.motion.pan, picture.corner, picture.tint) = (one, two, three, one);
                }
                LayerKind::Gradient(gradient) => (gradient.from_opacity, gradient.to_opacity) = (one, two),
                LayerKind::Shape(shape) => (shape.corner, shape.stroke, shape.shadow) = (one, two, three),
                LayerKind::Waveform { bars, .. } => *bars = count,
                LayerKind::Chart(chart) => chart.grow_ms = count,
                LayerKind::Text(text) => (text.size, text.leading, text.lines) = (one, two, count),
                LayerKind::Video(_)
                | LayerKind::Colour { .. }
                | LayerKind::Logo
                | LayerKind::Progress { .. }
                | LayerKind::Timer { .. } => {}
            }
            Layer { opacity, enter, exit, fixed, ..layer(place, kind) }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn hostile_plans_are_painted_without_a_panic_and_always_alike(
        layers in prop::collection::vec(any_layer(), 0..5),
        safe in any_place(),
        reserved in prop::collection::vec(any_place(), 0..3),
        (index, count) in (any::<usize>(), prop_oneof![0_usize..8, any::<usize>()]),
        values in prop::collection::vec(prop::num::f64::ANY, 0..5),
        frame in prop_oneof![0_u64..40, any::<u64>()],
    ) {
        let mut plan = scene(layers);
        (plan.safe, plan.reserved, plan.index, plan.count) = (safe, reserved, index, count);
        plan.figures = values.into_iter().map(|value| Figure { label: "x".to_owned(), value, unit: String::new() }).collect();
        let seen = frames(plan.clone(), [3, frame, 4]);
        prop_assert!(seen == frames(plan, [4, frame, 3]).into_iter().rev().collect::<Vec<_>>());
    }
}
