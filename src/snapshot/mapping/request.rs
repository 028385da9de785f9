//! Parameters of an onward request.

use std::collections::BTreeMap;

use super::{MappingError, Side, Source};

/// Where a value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A header of the onward request.
    Header(Box<str>),
    /// A parameter of its query string.
    Query(Box<str>),
    /// A `{name}` of its URL.
    Path(Box<str>),
}

impl Place {
    /// Parses `integration.request.header.X` and the like.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let unknown = || MappingError::Place(text.to_owned());
        let (kind, name) = text
            .strip_prefix("integration.request.")
            .and_then(|rest| rest.split_once('.'))
            .filter(|(_, name)| !name.is_empty())
            .ok_or_else(unknown)?;
        match kind {
            "header" if http::HeaderName::from_bytes(name.as_bytes()).is_ok() => {
                Ok(Self::Header(name.into()))
            }
            "querystring" => Ok(Self::Query(name.into())),
            "path" => Ok(Self::Path(name.into())),
            _ => Err(unknown()),
        }
    }
}

/// Parameters of an onward request, in lexicographic order of their places.
#[derive(Debug, Default)]
pub struct RequestMapping(Vec<(Place, Source)>);

impl RequestMapping {
    /// Parses `requestParameters`, stage variables put in.
    pub fn build(
        parameters: &BTreeMap<String, String>,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, MappingError> {
        let entry = |(place, source): (&String, &String)| {
            Ok((Place::parse(place)?, Source::parse(source, Side::Request, variables)?))
        };
        parameters.iter().map(entry).collect::<Result<_, MappingError>>().map(Self)
    }

    /// Each place and where its value comes from.
    pub fn entries(&self) -> impl Iterator<Item = (&Place, &Source)> {
        self.0.iter().map(|(place, source)| (place, source))
    }

    /// Names of the path parameters that are set here.
    pub fn path_names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(place, _)| match place {
            Place::Path(name) => Some(&**name),
            _ => None,
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any value comes from the body.
    pub fn reads_body(&self) -> bool {
        self.0.iter().any(|(_, source)| source.reads_body())
    }
}
