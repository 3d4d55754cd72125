//! Reads lists: each item on its own, so that one wrong item does not hide the next.

use std::ops::RangeInclusive;

use super::table::Table;
use super::value::Value;
use crate::name::Name;

impl<'c, 'd> Table<'c, 'd> {
    /// The list under a key, without its wrong items; the default if the key is not there.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        default: Vec<T>,
        item: impl FnMut(&Value<'c, 'd>) -> Option<T>,
    ) -> Vec<T> {
        let Some(items) = self.value(key).and_then(|value| value.list()) else { return default };
        items.iter().filter_map(item).collect()
    }

    /// As [`Self::list`], and an empty list is a problem.
    pub(super) fn filled_list<T: Clone>(
        &mut self,
        key: &'static str,
        default: Vec<T>,
        item: impl FnMut(&Value<'c, 'd>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.value(key) else { return default };
        let Some(items) = value.list() else { return default };
        if items.is_empty() {
            value.report(format!("`{}` must not be empty", value.path), None);
            return default;
        }
        items.iter().filter_map(item).collect()
    }

    pub(super) fn wholes(&mut self, key: &'static str, default: Vec<u32>, range: &RangeInclusive<u32>) -> Vec<u32> {
        self.list(key, default, |value| value.whole(range))
    }

    /// Names, none twice; not empty.
    pub(super) fn names(&mut self, key: &'static str, default: Vec<Name>) -> Vec<Name> {
        self.names_checked(key, default, |_, _| ())
    }

    /// As [`Self::names`], and `check` looks at each name.
    pub(super) fn names_checked(
        &mut self,
        key: &'static str,
        default: Vec<Name>,
        mut check: impl FnMut(&Value<'c, 'd>, &Name),
    ) -> Vec<Name> {
        let mut seen: Vec<Name> = Vec::new();
        self.filled_list(key, default, |value| {
            let name = value.name()?;
            if seen.contains(&name) {
                value.report(format!("`{}` names `{name}` again", value.path), Some("remove one of the two"));
                return None;
            }
            check(value, &name);
            seen.push(name.clone());
            Some(name)
        })
    }
}
