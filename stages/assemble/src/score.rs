//! What is heard and when, beside the voice: sounds for what happens in the picture, and the voice's level for what shows it.

use bytes::Bytes;
use reelpress_templates::template::{Effect as Wanted, LayerKind, Role, Template};

use crate::plan::CutPlan;
use crate::sound::{Cue, Effect, narration_levels};
use crate::timeline::Timeline;

/// The template's sounds at their moments.
pub(crate) fn cues(template: &Template, plan: &CutPlan, timeline: &Timeline) -> Vec<Cue> {
    let mut cues = Vec::new();
    let mut add = |wanted: Option<Wanted>, frame: u64| {
        if let Some(wanted) = wanted {
            cues.push(Cue { sample: timeline.sample_at(frame.min(timeline.frames())), effect: effect(wanted) });
        }
    };
    for (at, (scene, (first, end))) in plan.scenes.iter().zip(timeline.scenes()).enumerate() {
        match (at, scene.role) {
            (0, _) => add(template.cues.hook, first),
            (_, Role::Call) => add(template.cues.call.or(template.cues.transition), first),
            _ => add(template.cues.transition, first),
        }
        let grown = scene.layers.iter().find_map(|layer| {
            if let LayerKind::Chart(chart) = &layer.kind { Some(chart.grow_ms) } else { None }
                .filter(|_| !scene.figures.is_empty())
        });
        if let Some(grow_ms) = grown {
            add(template.cues.figure, (first + u64::from(grow_ms) * u64::from(timeline.fps()) / 1_000).min(end));
        }
    }
    cues
}

fn effect(wanted: Wanted) -> Effect {
    match wanted {
        Wanted::Whoosh => Effect::Whoosh,
        Wanted::Pop => Effect::Pop,
        Wanted::Tick => Effect::Tick,
        Wanted::Ding => Effect::Ding,
        Wanted::Riser => Effect::Riser,
        Wanted::Impact => Effect::Impact,
    }
}

/// The narration's level in each frame of a scene; empty if its speech cannot be read (the mix says so then).
pub(crate) fn level(speech: &[Bytes], timeline: &Timeline, scene: usize) -> Vec<u8> {
    let (Some(wav), Some((first, end))) = (speech.get(scene), timeline.scenes().nth(scene)) else { return Vec::new() };
    narration_levels(wav, timeline.fps(), (end - first) as usize).unwrap_or_default()
}
