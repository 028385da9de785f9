//! Templates by media type.

use std::collections::BTreeMap;

use template::{ParseError, Template};

/// A template, or why it is none: then requests that need it fail.
pub type TemplateSlot = Result<Template, ParseError>;

/// Templates by media type, in lexicographic order.
#[derive(Debug, Default)]
pub struct MediaTemplates(Vec<(Box<str>, TemplateSlot)>);

impl MediaTemplates {
    pub(crate) fn build(templates: &BTreeMap<String, String>) -> Self {
        let parse = |(media, text): (&String, &String)| (essence(media).into(), Template::parse(text));
        Self(templates.iter().map(parse).collect())
    }

    /// The template for a media type, parameters of the type not counted.
    pub fn get(&self, media: &str) -> Option<&TemplateSlot> {
        let media = essence(media);
        self.0.iter().find(|(known, _)| **known == *media).map(|(_, template)| template)
    }

    /// The first one, with its media type.
    pub fn first(&self) -> Option<(&str, &TemplateSlot)> {
        self.0.first().map(|(media, template)| (&**media, template))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The media type without parameters, in lower case.
pub(crate) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
