//! The two seconds in which a viewer stays or goes: the hook's first clause is over by then.

use reelpress_vocabulary::{Scene, ScriptDraft, ScriptLimits, spoken_words};

use crate::phrases::PhraseBook;
use crate::review::Objection;

/// A share of this over [`ScriptLimits::hook_words_max`] is let pass: half a second of two. The pace is a mean, and a word is
/// spoken in 0.1 to 0.6 s.
const OVER: usize = 4;
/// Words of a main clause that can stand alone.
const STANDS: usize = 4;

/// Most words before a hook's first pause: two seconds of speech, and half a second of tolerance.
pub(crate) fn words_in_time(limits: &ScriptLimits) -> usize {
    limits.hook_words_max + limits.hook_words_max / OVER
}

/// Whether a hook's first clause is spoken in time.
pub(crate) fn in_time(narration: &str, limits: &ScriptLimits) -> bool {
    words_before_pause(narration) <= words_in_time(limits)
}

/// Spoken words before the first pause of a hook.
pub(super) fn words_before_pause(hook: &str) -> usize {
    let pause = |(at, c): (usize, char)| {
        let next = hook[at + c.len_utf8()..].chars().next();
        let stop = matches!(c, '.' | ',' | ':' | ';' | '!' | '?' | '\u{2026}') && next.is_none_or(char::is_whitespace);
        stop || matches!(
            c,
            '\u{2014}'
                | '\u{2013}'
                | '\u{3001}'
                | '\u{3002}'
                | '\u{ff0c}'
                | '\u{ff01}'
                | '\u{ff1f}'
                | '\u{60c}'
                | '\u{61f}'
        )
    };
    let end = hook.char_indices().find(|found| pause(*found)).map_or(hook.len(), |(at, _)| at);
    spoken_words(&hook[..end])
}

/// Puts a hook that comes to its point in time before one that does not, and drops the other ones that do not.
pub(crate) fn prefer_short_hook(draft: &mut ScriptDraft, limits: &ScriptLimits) {
    let quick = |hook: &Scene| !hook.narration.is_empty() && in_time(&hook.narration, limits);
    if !quick(&draft.hook)
        && let Some(other) = draft.other_hooks.iter_mut().find(|hook| quick(hook))
    {
        std::mem::swap(&mut draft.hook, other);
    } else if draft.hook.narration.is_empty() && !draft.other_hooks.is_empty() {
        draft.hook = draft.other_hooks.remove(0);
    }
    draft.other_hooks.retain(quick);
}

/// Cuts a slow hook off where its main clause is whole: before a reason or a concession. What stands behind `if`, `unless`
/// or `until` stays, since without it the rest would say something else.
pub(super) fn cut_short(hook: &str, language: &str, limits: &ScriptLimits) -> Option<String> {
    let (_, book) = PhraseBook::of(language)?;
    let lower = hook.to_lowercase();
    // Small letters may be longer or shorter than their capitals; then places do not match.
    let lower = if lower.len() == hook.len() { lower.as_str() } else { hook };
    let head = |word: &String| lower.find(&format!(" {word} ")).and_then(|at| hook.get(..at));
    let heads = book.added_reasons.iter().filter_map(head);
    let fitting = heads.filter(|head| {
        !head.contains(['\u{bf}', '\u{201c}', '"']) && (STANDS..=words_in_time(limits)).contains(&spoken_words(head))
    });
    let end = if hook.trim_end().ends_with('?') { '?' } else { '.' };
    fitting.max_by_key(|head| head.len()).map(|head| format!("{}{end}", head.trim_end_matches([',', ';', ' '])))
}

/// Why a hook is too slow, if it is; cut short first where that is allowed.
pub(crate) fn slow(draft: &mut ScriptDraft, language: &str, limits: &ScriptLimits, may_cut: bool) -> Option<Objection> {
    let words = words_before_pause(&draft.hook.narration);
    if words <= words_in_time(limits) {
        return None;
    }
    if may_cut && let Some(short) = cut_short(&draft.hook.narration, language, limits) {
        draft.hook.narration = short;
        return None;
    }
    let most = words_in_time(limits);
    Some(Objection::new(
        "slow_hook",
        format!(
            "has {words} words before the first pause of its hook, and in two seconds {most} can be spoken at most (open with \
             a short sentence of {} words or fewer, then go on)",
            limits.hook_words_max
        ),
    ))
}
