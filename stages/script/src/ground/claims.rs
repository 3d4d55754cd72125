//! Claims that need the evidence to make them: the first, the largest, the proof, the cause. A sentence of the script may
//! make one only if the evidence makes one of the same kind.

use std::sync::LazyLock;

use regex::Regex;

/// A kind of claim, with the words for it in four languages.
pub(crate) struct Claim {
    /// For the finding.
    pub(crate) what: &'static str,
    pattern: LazyLock<Regex>,
}

fn of(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of this file are fixed and tested")
}

static CLAIMS: [Claim; 7] = [
    Claim {
        what: "that it is the first",
        pattern: LazyLock::new(|| {
            of(
                r"(?i)\b(?:(?:the|its|his|her|their|world's|very) first\b|first[- ]ever|first time|der erste|die erste|das erste|zum ersten mal|erstmals|(?:el|la) primer[ao]?\b|por primera vez|(?:le|la) premi(?:er|ère)\b|pour la première fois)|首次|首个|第一次|初めて",
            )
        }),
    },
    Claim {
        what: "that it is the largest",
        pattern: LazyLock::new(|| {
            of(
                r"(?i)\b(?:largest|biggest|greatest|tallest|highest|größte[nrs]?|höchste[nrs]?|(?:el|la|los|las) más (?:grandes?|altos?|altas?)|(?:le|la|les) plus (?:grande?s?|haute?s?))\b|最大|最高",
            )
        }),
    },
    Claim {
        what: "that it is the smallest or the least",
        pattern: LazyLock::new(|| {
            of(
                r"(?i)\b(?:smallest|tiniest|lowest|kleinste[nrs]?|niedrigste[nrs]?|(?:el|la) más (?:pequeñ[oa]|baj[oa])|(?:le|la) plus (?:petite?|basse?))\b|最小",
            )
        }),
    },
    Claim {
        what: "that it is the fastest, the oldest, the best or the worst",
        pattern: LazyLock::new(|| {
            of(
                r"(?i)\b(?:fastest|slowest|oldest|youngest|deadliest|richest|strongest|rarest|(?:the|world's) (?:best|worst)|schnellste[nrs]?|älteste[nrs]?|stärkste[nrs]?|(?:el|la) (?:mejor|peor)|(?:el|la) más (?:rápid[oa]|antigu[oa])|(?:le|la) (?:meilleure?|pire)|(?:le|la) plus (?:rapide|ancienne?|vieux|vieille))\b",
            )
        }),
    },
    Claim {
        what: "that nothing like it was there before",
        pattern: LazyLock::new(|| {
            of(
                r"(?i)\b(?:never before|unprecedented|record[- ]breaking|all[- ]time|ever (?:seen|recorded|made|built|found|measured)|noch nie|beispiellos|nunca antes|sin precedentes|jamais auparavant|sans précédent)\b|史上|前所未有",
            )
        }),
    },
    Claim {
        what: "a proof or a certainty",
        pattern: LazyLock::new(|| {
            of(
                r"(?i)\b(?:proves?|proven|proved|proof|guarantee[sd]?|undeniabl[ey]|without (?:a )?doubt|beweis(?:t|en)?|bewiesen|garantiert|demuestra|demostrado|garantiza|sin duda|prouvent?|prouvé|garantit|sans aucun doute)\b|证明|証明",
            )
        }),
    },
    Claim {
        what: "a cause",
        pattern: LazyLock::new(|| {
            of(
                r"(?i)\b(?:because|caus(?:es?|ed|ing)|due to|thanks to|as a result|leads? to|led to|therefore|which is why|that is why|that's why|one reason|the reason|so that|since|weil|denn|dadurch|wegen|deshalb|darum|führt zu|verursacht|porque|debido a|gracias a|por eso|causa|provoca|parce que|car|à cause|grâce à|c'est pourquoi|provoque|entraîne)\b|因为|因此|导致|由于|ため|ので|から",
            )
        }),
    },
];

/// What the text claims and the evidence does not.
pub(crate) fn unsupported(text: &str, evidence: &str) -> Vec<&'static str> {
    let claims = CLAIMS.iter().filter(|claim| claim.pattern.is_match(text) && !claim.pattern.is_match(evidence));
    claims.map(|claim| claim.what).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_needs_one_of_its_kind_in_the_evidence() {
        let evidence = "The bridge hums in the wind. It was the longest, and the first of its kind.";
        assert_eq!(unsupported("It was the first bridge that hums.", evidence), Vec::<&str>::new());
        for (text, what) in [
            ("It is the largest bridge.", "that it is the largest"),
            ("This proves it.", "a proof or a certainty"),
            ("It hums because of the wind.", "a cause"),
            ("Never before has a bridge hummed.", "that nothing like it was there before"),
            ("Die schnellste Brücke.", "that it is the fastest, the oldest, the best or the worst"),
        ] {
            assert_eq!(unsupported(text, evidence), [what], "{text}");
        }
        assert_eq!(unsupported("First, look at the wind. It hums.", "A bridge."), Vec::<&str>::new());
    }

    #[test]
    fn every_pattern_can_be_read() {
        assert!(CLAIMS.iter().all(|claim| !claim.pattern.is_match("plain words of no weight")));
    }
}
