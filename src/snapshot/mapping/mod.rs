//! Mappings as a gateway uses them: templates parsed, patterns compiled, stage variables put in.

mod media;
mod plan;
mod request;
mod response;
mod source;

pub use media::{MediaTemplates, TemplateSlot};
pub use plan::{MappingError, MappingPlan};
pub use request::{Place, RequestMapping};
pub use response::{ResponsePlan, Responses, check_pattern, check_response_header, gateway_header};
pub use source::{Side, Source, SourceError};
