//! Licences of the media in a cut, as far as they are on record.

use reelpress_vocabulary::{MediaKind, Platform};
use serde::Deserialize;

use crate::fold::platform_name;
use crate::subject::Subject;

/// A picture, clip or sound with what is known of its licence. `None` is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Medium {
    /// What it was used as.
    pub kind: MediaKind,
    /// What people know it by.
    pub name: String,
    /// The licence's name, such as `CC-BY-4.0`; empty: there is none.
    pub licence: Option<String>,
    /// Whom to name; empty: nobody is named.
    pub attribution: Option<String>,
    /// Where it was taken from; empty: nobody knows.
    pub source: Option<String>,
    /// What the licence allows, such as `commercial`.
    pub uses: Option<Vec<String>>,
    /// The last day of the licence, `2027-12-31`; empty: it does not run out.
    pub expires: Option<String>,
    /// Countries it holds in, lower case, or `world`.
    pub territories: Option<Vec<String>>,
    /// Platforms it holds on; all of them are listed if it holds everywhere.
    pub platforms: Option<Vec<Platform>>,
}

/// What may be wrong with a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// There is no licence.
    Unlicensed,
    /// The licence asks for a name, and there is none.
    Unattributed,
    /// It ran out, or does before the item is out.
    Expired,
    /// It does not hold in a region that the item is aimed at.
    Territory,
    /// It does not hold on a platform that the item goes to.
    Platform,
    /// It does not allow commercial use.
    NotCommercial,
    /// It allows no change: a video is one.
    NoDerivatives,
    /// Nobody knows where the medium is from.
    Unsourced,
}

/// What looking at one medium, or at all, gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Looked {
    /// These are at fault, each with why.
    Wrong(Vec<String>),
    Fine,
    /// This is not known.
    Unknown(String),
}

/// Looks at every medium of these kinds; one at fault is told even if another is not known.
pub(crate) fn look(subject: &Subject, fault: Fault, kinds: &[MediaKind], platforms: &[Platform]) -> Looked {
    let Some(media) = &subject.media else { return Looked::Unknown("media".to_owned()) };
    let (mut wrong, mut unknown) = (Vec::new(), None);
    for medium in media.iter().filter(|medium| kinds.is_empty() || kinds.contains(&medium.kind)) {
        match medium.look(fault, subject, platforms) {
            Looked::Wrong(why) => wrong.extend(why.into_iter().map(|why| format!("{}: {why}", medium.name))),
            Looked::Fine => {}
            Looked::Unknown(what) => unknown = Some(what),
        }
    }
    match (wrong.is_empty(), unknown) {
        (false, _) => Looked::Wrong(wrong),
        (true, Some(what)) => Looked::Unknown(what),
        (true, None) => Looked::Fine,
    }
}

impl Medium {
    fn look(&self, fault: Fault, subject: &Subject, platforms: &[Platform]) -> Looked {
        let unknown = |what: &str| Looked::Unknown(format!("{what} of `{}`", self.name));
        let when = |is_wrong: bool, why: String| if is_wrong { Looked::Wrong(vec![why]) } else { Looked::Fine };
        match fault {
            Fault::Unlicensed => match self.licence.as_deref().map(|licence| licence.trim().to_lowercase()) {
                None => unknown("licence"),
                Some(licence) => {
                    let none = ["", "none", "unknown", "all rights reserved", "copyright"].contains(&licence.as_str());
                    when(none, format!("licence is `{licence}`"))
                }
            },
            Fault::Unattributed => match (&self.licence, &self.attribution) {
                (Some(licence), Some(name)) => {
                    let asks = has_part(licence, "by");
                    when(asks && name.trim().is_empty(), format!("`{licence}` asks for a name, none is on record"))
                }
                (Some(licence), None) if !has_part(licence, "by") => Looked::Fine,
                _ => unknown("attribution"),
            },
            Fault::Expired => match (&self.expires, &subject.today) {
                (Some(last), _) if last.is_empty() => Looked::Fine,
                (Some(last), Some(today)) => when(last < today, format!("licence ran out on {last}")),
                _ => unknown("last day"),
            },
            Fault::Territory => match &self.territories {
                Some(there) if there.iter().any(|one| one == "world") => Looked::Fine,
                Some(_) if subject.regions.is_empty() => Looked::Unknown("regions".to_owned()),
                Some(there) => {
                    let missing = subject.regions.iter().filter(|one| !there.contains(one)).cloned();
                    let missing = missing.collect::<Vec<_>>().join(", ");
                    when(!missing.is_empty(), format!("licence does not hold in {missing}"))
                }
                None => unknown("territories"),
            },
            Fault::Platform => match &self.platforms {
                Some(there) => {
                    let missing = platforms.iter().filter(|one| !there.contains(one)).map(|one| platform_name(*one));
                    let missing = missing.collect::<Vec<_>>().join(", ");
                    when(!missing.is_empty(), format!("licence does not hold on {missing}"))
                }
                None => unknown("platforms"),
            },
            Fault::NotCommercial => match (&self.licence, &self.uses) {
                (Some(licence), _) if has_part(licence, "nc") => when(true, format!("`{licence}` is not commercial")),
                (_, Some(uses)) => when(
                    !uses.iter().any(|one| one == "commercial"),
                    "licence does not allow commercial use".to_owned(),
                ),
                (Some(licence), None) if is_open(licence) => Looked::Fine,
                _ => unknown("uses"),
            },
            Fault::NoDerivatives => match &self.licence {
                Some(licence) => when(has_part(licence, "nd"), format!("`{licence}` allows no change")),
                None => unknown("licence"),
            },
            Fault::Unsourced => match &self.source {
                Some(source) => when(source.trim().is_empty(), "nobody knows where it is from".to_owned()),
                None => unknown("source"),
            },
        }
    }
}

/// `by` in `CC-BY-4.0`.
fn has_part(licence: &str, part: &str) -> bool {
    let licence = licence.to_ascii_lowercase();
    licence.starts_with("cc") && licence.split(|c: char| !c.is_ascii_alphanumeric()).any(|one| one == part)
}

/// Licences that allow any use by their own text.
fn is_open(licence: &str) -> bool {
    let licence = licence.to_ascii_lowercase();
    ["cc0", "cc-by-", "cc-by ", "public domain", "pdm", "mit"].iter().any(|open| licence.starts_with(open))
        && !has_part(&licence, "nc")
}
