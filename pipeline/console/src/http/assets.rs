//! The style, the script and the sign, as they are in this program. Their names hold a hash of their bytes, so browsers
//! keep them until there are others.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::reply::Refusal;
use crate::MOUNT;

pub(crate) struct Asset {
    stem: &'static str,
    extension: &'static str,
    kind: &'static str,
    text: &'static str,
}

pub(crate) const STYLE: Asset = Asset {
    stem: "console",
    extension: "css",
    kind: "text/css; charset=utf-8",
    text: include_str!("../../assets/console.css"),
};
pub(crate) const SCRIPT: Asset = Asset {
    stem: "console",
    extension: "js",
    kind: "text/javascript; charset=utf-8",
    text: include_str!("../../assets/console.js"),
};
pub(crate) const SIGN: Asset =
    Asset { stem: "sign", extension: "svg", kind: "image/svg+xml", text: include_str!("../../assets/sign.svg") };

impl Asset {
    fn name(&self) -> String {
        let hash = blake3::hash(self.text.as_bytes()).to_hex();
        format!("{}-{}.{}", self.stem, &hash[..12], self.extension)
    }

    /// Where it is served.
    pub(crate) fn path(&self) -> String {
        format!("{MOUNT}/assets/{}", self.name())
    }
}

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match [STYLE, SCRIPT, SIGN].into_iter().find(|asset| asset.name() == name) {
        Some(asset) => {
            let headers =
                [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, asset.text).into_response()
        }
        None => Refusal::new(StatusCode::NOT_FOUND, "there is no such file").into_response(),
    }
}
