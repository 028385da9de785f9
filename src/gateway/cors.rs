//! What answers tell browsers of other origins.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use snapshot::{Cors, VariantTable};

/// What the answer to one request tells.
pub(crate) struct Told {
    origin: HeaderValue,
    expose: Option<HeaderValue>,
    credentials: bool,
}

impl Told {
    /// Nothing where the request is of no other origin, or of one that may not call.
    pub(crate) fn of(variant: &VariantTable, headers: &HeaderMap) -> Option<Box<Self>> {
        let cors: &Cors = variant.cors.as_ref()?;
        let origin = cors.allowed(headers.get(ORIGIN)?.to_str().ok()?)?;
        let expose = (!cors.expose_headers.is_empty()).then(|| cors.expose_headers.join(","));
        Some(Box::new(Self {
            origin: HeaderValue::from_str(origin).ok()?,
            expose: expose.and_then(|names| HeaderValue::try_from(names).ok()),
            credentials: cors.allow_credentials,
        }))
    }

    /// Adds it; what an integration said itself stays.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            return;
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
        if self.origin != "*" {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(expose) = &self.expose {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, expose.clone());
        }
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}
