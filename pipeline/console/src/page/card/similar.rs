//! Earlier cuts that this one is like: both films side by side, at the seconds that are alike.

use maud::{Markup, html};

use super::outside;
use crate::MOUNT;
use crate::http::media::file_name;
use crate::page::clock;
use crate::press::{Card, CutHash, Earlier, MediaKind, Span};

/// Stretches of one pair that are listed; each costs a person a look, and nobody looks at more.
const STRETCHES: usize = 40;

/// What it is like, beside it.
pub(super) fn similar(card: &Card) -> Markup {
    let earlier = card.waiting.findings.iter().filter_map(|finding| finding.earlier.as_ref()).collect::<Vec<_>>();
    html! {
        @if !earlier.is_empty() {
            section aria-labelledby="similar" {
                h2 #similar { "Similar earlier cuts" }
                @for (at, earlier) in earlier.into_iter().enumerate() {
                    // The worst is open; the others cost nothing until somebody wants them.
                    details.alike open[at == 0] {
                        summary { (outside(&earlier.title)) span.soft { " \u{b7} " (share(card, earlier)) } }
                        (pair(card, at, earlier))
                    }
                }
            }
        }
    }
}

/// `9 of 20 s alike`; stretches that overlap count once.
fn share(card: &Card, earlier: &Earlier) -> String {
    let mut here = earlier.matches.iter().map(|(here, _)| (here.from_ms, here.to_ms)).collect::<Vec<_>>();
    here.sort_unstable();
    let mut covered = 0;
    let mut reached = 0;
    for (from, to) in here {
        covered += to.saturating_sub(from.max(reached));
        reached = reached.max(to);
    }
    let covered = covered.min(card.waiting.duration_ms);
    if covered == 0 {
        "no seconds are named".to_owned()
    } else {
        format!("{} of {} alike", seconds(covered), seconds(card.waiting.duration_ms))
    }
}

/// `9.3 s`
fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

fn pair(card: &Card, at: usize, earlier: &Earlier) -> Markup {
    let (first_here, first_there) =
        earlier.matches.first().map_or((0, 0), |(here, there)| (here.from_ms, there.from_ms));
    let is_open = at == 0;
    html! {
        div.pair data-pair="" {
            p.soft { "item " code { (outside(&earlier.item)) } }
            div.films {
                (film(card, (&format!("here-{at}"), "This cut"), Some(&card.waiting.cut), first_here, is_open))
                (film(card, (&format!("there-{at}"), "The earlier cut"), earlier.cut.as_ref(), first_there, is_open))
            }
            @if earlier.cut.is_some() && !earlier.matches.is_empty() {
                p.bar {
                    button type="button" data-pair-play="" data-key=[is_open.then_some("p")] aria-keyshortcuts=[is_open.then_some("p")] { "Play both" }
                    button type="button" data-pair-next="" data-key=[is_open.then_some("s")] aria-keyshortcuts=[is_open.then_some("s")] { "Next stretch" }
                    span.soft data-pair-now="" {}
                }
            }
            (stretches(earlier))
        }
    }
}

/// One of the two films, held at the first frame that is alike, which the address says so that it needs no script.
fn film(card: &Card, (id, name): (&str, &str), cut: Option<&CutHash>, from_ms: u64, is_open: bool) -> Markup {
    let veil = if card.waiting.is_veiled() { "film veiled" } else { "film" };
    html! {
        figure {
            @if let Some(cut) = cut {
                div class=(veil) data-veil="" {
                    video id=(id) muted playsinline controls preload=(if is_open { "auto" } else { "none" }) width="180" height="320" aria-label=(name)
                        poster=(format!("{MOUNT}/media/{}", file_name(MediaKind::Poster, cut)))
                        src=(format!("{MOUNT}/media/{}#t={}.{:03}", file_name(MediaKind::Video, cut), from_ms / 1_000, from_ms % 1_000)) {}
                }
            } @else {
                p.empty { "It cannot be played any more." }
            }
            figcaption { (name) }
        }
    }
}

fn stretches(earlier: &Earlier) -> Markup {
    let left = earlier.matches.len().saturating_sub(STRETCHES);
    let both = |(here, there): &(Span, Span)| html! { (stretch(*here)) " here, " (stretch(*there)) " there" };
    html! {
        @if earlier.matches.is_empty() {
            p.soft { "Screening did not say which seconds are alike." }
        } @else {
            p { "Seconds that are alike:" }
            ol.stretches {
                @for matching in earlier.matches.iter().take(STRETCHES) {
                    @let (here, there) = matching;
                    li {
                        @if earlier.cut.is_some() {
                            button type="button" data-stretch="" data-here=(here.from_ms) data-there=(there.from_ms) data-until=(here.to_ms) { (both(matching)) }
                        } @else {
                            (both(matching))
                        }
                    }
                }
            }
            @if left > 0 { p.soft { "And " (left) " more." } }
        }
    }
}

fn stretch(span: Span) -> Markup {
    html! { (clock(span.from_ms)) "\u{2013}" (clock(span.to_ms)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::card;

    fn earlier(matches: &[(u64, u64)]) -> Earlier {
        let span = |from_ms, to_ms| Span { from_ms, to_ms };
        let matches = matches.iter().map(|(from, to)| (span(*from, *to), span(*from, *to))).collect();
        Earlier { item: String::new(), title: String::new(), cut: None, matches }
    }

    #[test]
    fn stretches_that_overlap_count_once_and_never_more_than_there_is() {
        let card = card(0, "");
        assert_eq!(share(&card, &earlier(&[(1_000, 4_000), (2_000, 5_500), (9_000, 9_100)])), "4.6 s of 20.0 s alike");
        assert_eq!(share(&card, &earlier(&[(0, u64::MAX), (u64::MAX, 0)])), "20.0 s of 20.0 s alike");
        assert_eq!(share(&card, &earlier(&[])), "no seconds are named");
    }
}
