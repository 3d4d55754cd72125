//! Names from the config, each with a type of its own, so that an account is never taken for a niche.

use std::fmt;

use reelpress_config::{InvalidName, Name};
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Name);

        impl $name {
            /// # Errors
            /// [`InvalidName`] if the text breaks the rule of [`Name`].
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                Name::parse(text).map(Self)
            }

            /// The name as the settings know it.
            #[must_use]
            pub fn name(&self) -> &Name {
                &self.0
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl From<Name> for $name {
            fn from(name: Name) -> Self {
                Self(name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0.as_str())
            }
        }
    };
}

id!(
    /// A feed's name in the config.
    FeedId
);
id!(
    /// A niche's name in the config.
    NicheId
);
id!(
    /// An account's name in the config: our own word for it, never its login.
    AccountId
);
id!(
    /// A template's name: its file's name without `.toml`.
    TemplateId
);
