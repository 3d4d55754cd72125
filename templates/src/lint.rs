//! What a template gets wrong although every key of it can be read: text that cannot be seen, read or trusted.
//!
//! A template is looked at as it will be painted: for each role, with and without media, figures and text on the screen,
//! in each shape of frame, within the narrowest safe zone.

mod case;
mod contrast;
mod habits;
mod places;

pub(crate) use habits::stays_in_its_folder;

use std::collections::BTreeSet;
use std::fmt;

use crate::template::{Brand, Template};

/// Contrast that WCAG 2 asks of text.
pub const CONTRAST: f32 = 4.5;
/// Contrast that WCAG 2 asks of large text; the spoken word among its neighbours.
pub const CONTRAST_LARGE: f32 = 3.0;
/// Smallest type, as a share of the reference height: 2.3 mm on a phone whose screen is 135 mm high.
pub const SMALLEST_TEXT: f32 = 0.017;
/// Smallest captions: they are read at a glance, while something else is looked at.
pub const SMALLEST_CAPTIONS: f32 = 0.030;
/// Least height of the place of the AI label, as a share of the frame's height.
pub const LEAST_AI_LABEL: f32 = 0.04;
/// A short scene, in milliseconds: what takes longer is never seen whole.
pub const SHORT_SCENE_MS: u32 = 1_500;
/// Most pictures in motion, in whole frames: each costs about as much as scaling one frame.
pub const MOST_MOVING: f32 = 1.6;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Which value: `layers[3].size`.
    pub key: String,
    /// What is wrong with it and how to mend it.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.key, self.message)
    }
}

/// Everything that is wrong with a template, in the order of its keys; each thing once.
#[must_use]
pub fn lint(template: &Template) -> Vec<Finding> {
    let mut findings = Findings::default();
    habits::look(template, &mut findings);
    places::look(template, &mut findings);
    contrast::look(template, &mut findings);
    findings.0.into_iter().collect()
}

/// What is wrong with a template in a brand's colours, type and logo that is not wrong without them.
#[must_use]
pub fn lint_in_brand(template: &Template, brand: &Brand) -> Vec<Finding> {
    let plain = lint(template);
    let mut findings = lint(&template.clone().branded(brand));
    findings.retain(|finding| plain.iter().all(|known| known.key != finding.key));
    findings
}

/// Each finding once, although it holds for many cases.
#[derive(Default)]
pub(crate) struct Findings(BTreeSet<Finding>);

impl Findings {
    /// The first finding about a key stands for those that follow from it.
    fn add(&mut self, key: String, message: String) {
        if !self.0.iter().any(|known| known.key == key) {
            self.0.insert(Finding { key, message });
        }
    }
}

#[cfg(test)]
mod tests;
