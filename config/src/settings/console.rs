//! The review console.

use std::time::Duration;

use url::Url;

use crate::secret::Secret;

/// `[console]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// False: no pages. Needs a restart.
    pub enabled: bool,
    /// Where people reach it, where that is not the daemon's own address: behind a proxy. With `https` the cookie goes over
    /// TLS only.
    pub public_url: Option<Url>,
    /// A decision can be taken back for so long; only then the line is given it.
    pub undo: Duration,
    /// A cut that somebody looks at is kept from others for so long after their page's last sign of life.
    pub claim: Duration,
    /// Somebody who does nothing for so long is signed out.
    pub session_idle: Duration,
    /// Whatever they do, after so long.
    pub session_max: Duration,
    /// Share of cuts that two people judge, each without the other's word, in percent, 0 to 100.
    pub double_check_percent: u32,
    /// Signing in by an identity provider, beside the press's own users; `None` without one.
    pub oidc: Option<Oidc>,
}

/// `[console.oidc]`: an `OpenID` Connect provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oidc {
    /// Its name as it stands in its ID tokens, letter by letter; https, or http on this machine.
    pub issuer: String,
    /// What the provider calls the press.
    pub client_id: String,
    /// What the press proves that with; `None` for a public client, which has the code's proof (PKCE) alone.
    pub client_secret: Option<Secret>,
    /// What the button on the sign-in page says.
    pub name: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim of the ID token that holds a person's groups; dots lead into objects.
    pub roles_claim: String,
    /// Which groups give which role.
    pub roles: OidcRoles,
    /// Only people with a verified address in one of these domains may sign in; empty lets all domains in.
    pub email_domains: Vec<String>,
}

/// `[console.oidc.roles]`: groups of the provider by the role that they give; who is in several has the highest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OidcRoles {
    /// Who looks.
    pub viewer: Vec<String>,
    /// Who decides on cuts.
    pub reviewer: Vec<String>,
    /// Who sees what everybody decided and mends items.
    pub operator: Vec<String>,
    /// Who sees users and the audit record.
    pub admin: Vec<String>,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            enabled: true,
            public_url: None,
            undo: Duration::from_mins(1),
            claim: Duration::from_mins(2),
            session_idle: Duration::from_hours(2),
            session_max: Duration::from_hours(12),
            double_check_percent: 0,
            oidc: None,
        }
    }
}
