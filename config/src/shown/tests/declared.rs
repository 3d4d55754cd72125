use proptest::prelude::*;

use crate::{Commercial, Connection, Declared, PlatformName, TopicFlag};

prop_compose! {
    /// What a niche may declare.
    pub(super) fn declared()(
        commercial in prop::option::of((0..Commercial::ALL.len(), "([A-Z][a-z]{1,8})?", "([A-Z][a-z]{1,8})?")),
        made_for_kids in prop::option::of(any::<bool>()),
        flags in prop::option::of(prop::sample::subsequence(TopicFlag::WORDS.to_vec(), 0..=5)),
        regions in prop::collection::vec("[a-z]{2}", 0..3),
    ) -> Declared {
        let commercial = commercial
            .map(|(kind, brand, disclosure)| Connection { kind: Commercial::ALL[kind], brand, disclosure });
        let topic_flags = flags.map(|flags| flags.into_iter().map(|(_, flag)| flag).collect());
        Declared { commercial, made_for_kids, topic_flags, regions, ..Declared::default() }
    }
}

prop_compose! {
    /// What an account may declare.
    pub(super) fn of_account()(
        common in declared(), platforms in prop::sample::subsequence(PlatformName::WORDS.to_vec(), 0..=3),
        private in prop::option::of(any::<bool>()), facebook_login in any::<bool>(), kids in any::<bool>(),
    ) -> Declared {
        let platforms: Vec<PlatformName> = platforms.into_iter().map(|(_, platform)| platform).collect();
        // Who posts on YouTube says whether it is made for children.
        let made_for_kids =
            common.made_for_kids.or(platforms.contains(&PlatformName::YoutubeShorts).then_some(kids));
        Declared { made_for_kids, platforms, private, facebook_login, ..common }
    }
}
