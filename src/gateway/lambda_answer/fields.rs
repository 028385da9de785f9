//! The fields of an answer, each with what it may hold.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::scalar::Scalar;

/// `statusCode`: a number from 200 to 599 or its text; 200 where there is none. An interim status (1xx) can't end
/// a request.
pub(super) struct Status(pub(super) u16);

/// `headers`: values are text, booleans or numbers; null stands for no such header.
#[derive(Default)]
pub(super) struct Single(pub(super) Vec<(HeaderName, HeaderValue)>);

/// `multiValueHeaders`: lists of such values.
#[derive(Default)]
pub(super) struct Multiple(pub(super) Vec<(HeaderName, HeaderValue)>);

/// `body`: text; a boolean or a number becomes text as in a header (inferred), null is none.
#[derive(Default)]
pub(super) struct Body<'a>(Cow<'a, str>);

impl Body<'_> {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Without a copy: of `payload`, which it was read from, or of its own.
    pub(super) fn into_bytes(self, payload: &Bytes) -> Bytes {
        match self.0 {
            Cow::Borrowed("") => Bytes::new(),
            Cow::Borrowed(text) => payload.slice_ref(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        }
    }
}

impl Default for Status {
    fn default() -> Self {
        Self(200)
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(text) = Scalar::deserialize(deserializer)?.0 else { return Ok(Self::default()) };
        let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let status = number.filter(|number| (200..600).contains(number));
        status.map(Self).ok_or_else(|| de::Error::custom("statusCode must be a number from 200 to 599"))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Body<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Scalar::deserialize(deserializer)?.0.unwrap_or_default()))
    }
}

struct Value(Option<HeaderValue>);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Scalar::deserialize(deserializer)?.0.map(|text| HeaderValue::from_bytes(text.as_bytes()));
        value
            .transpose()
            .map(Self)
            .map_err(|_| de::Error::custom("a header's value holds a control character"))
    }
}

/// A map of headers: of each name, what is read as `V`.
struct Headers<V>(Vec<(HeaderName, V)>);

struct HeadersVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for HeadersVisitor<V> {
    type Value = Headers<V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of headers")
    }

    fn visit_unit<E>(self) -> Result<Headers<V>, E> {
        Ok(Headers(Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers<V>, A::Error> {
        let mut headers = Vec::new();
        while let Some(Scalar(name)) = map.next_key()? {
            let name = HeaderName::from_bytes(name.unwrap_or_default().as_bytes());
            let name = name.map_err(|_| de::Error::custom("a header's name is not legal"))?;
            headers.push((name, map.next_value()?));
        }
        Ok(Headers(headers))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Headers<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HeadersVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Single {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let headers = Headers::<Value>::deserialize(deserializer)?.0;
        Ok(Self(headers.into_iter().filter_map(|(name, value)| Some((name, value.0?))).collect()))
    }
}

impl<'de> Deserialize<'de> for Multiple {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let lists = Headers::<Option<Vec<Value>>>::deserialize(deserializer)?.0;
        let each = lists.into_iter().flat_map(|(name, values)| {
            values.into_iter().flatten().filter_map(move |value| Some((name.clone(), value.0?)))
        });
        Ok(Self(each.collect()))
    }
}
