//! What people are told about each file.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use reelpress_vocabulary::MediaKind;
use serde::{Serialize, Serializer};

use crate::manifest::{LICENCES_FILE, Record, ending_kind};

/// Why a file is not picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNot {
    /// `licences.toml` does not name it.
    NoRecord,
    /// Its record has problems, or there are two.
    BadRecord {
        /// The record's line.
        line: u32,
    },
    /// The licence ran out.
    Expired {
        /// Its last day.
        last: Date,
    },
    /// The licence does not allow it.
    NotFor {
        /// The first use that is needed and not allowed.
        needed: String,
    },
    /// There is a record and no file.
    Missing,
    /// It cannot be read, is empty or larger than anything we use.
    Unusable {
        /// Why.
        why: String,
    },
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecord => write!(f, "it has no record in {LICENCES_FILE}"),
            Self::BadRecord { line } => write!(f, "its record in {LICENCES_FILE}:{line} has mistakes"),
            Self::Expired { last } => write!(f, "its licence ran out on {last}"),
            Self::NotFor { needed } => write!(f, "its licence does not allow the use `{needed}`"),
            Self::Missing => f.write_str("there is no such file"),
            Self::Unusable { why } => write!(f, "it cannot be used: {why}"),
        }
    }
}

impl Serialize for WhyNot {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// One file as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listed {
    /// Where it is, as in the config.
    pub place: String,
    /// Path within the place.
    pub file: String,
    /// What it is.
    pub kind: MediaKind,
    /// The licence's name; empty without a record.
    pub licence: String,
    /// Last day it may be used.
    pub expires: Option<Date>,
    /// What it may be used for.
    pub uses: BTreeSet<String>,
    /// Whom to name.
    pub attribution: String,
    /// Where it was taken from.
    pub source: String,
    /// Why it is not picked; `None` if it may be.
    pub why_not: Option<WhyNot>,
}

impl Listed {
    pub(crate) fn new(place: &str, record: Option<&Arc<Record>>, file: String, why_not: Option<WhyNot>) -> Self {
        Self {
            place: place.to_owned(),
            kind: record.map(|record| record.kind).or_else(|| ending_kind(&file)).unwrap_or(MediaKind::Picture),
            licence: record.map(|record| record.licence.clone()).unwrap_or_default(),
            expires: record.and_then(|record| record.expires),
            uses: record.map(|record| record.uses.clone()).unwrap_or_default(),
            attribution: record.map(|record| record.attribution.clone()).unwrap_or_default(),
            source: record.map(|record| record.source.clone()).unwrap_or_default(),
            file,
            why_not,
        }
    }
}
