//! What of a stage's methods refers to something that is not there.

use std::collections::BTreeMap;

use api::{ApiContent, ObjectKey, Reason};
use snapshot::{Caller, Function, NamespacedName, ResourcePath, Unresolved, resolve};

use crate::AcceptedStage;
use crate::assemble_deployment;
use crate::diagnostic::Diagnostics;

/// Looks at every method of `content` with `variables`: an unset variable or a URL that is none makes the method
/// fail at request time, as on the original service; a function, version or alias that is not there is an error.
pub(crate) fn check(
    object: &ObjectKey,
    stage: &AcceptedStage,
    path: &str,
    content: &ApiContent,
    variables: &BTreeMap<String, String>,
    functions: &BTreeMap<NamespacedName, Function>,
    diagnostics: &mut Diagnostics,
) {
    for (resource, methods) in &content.paths {
        let Ok(parsed) = ResourcePath::parse(resource) else { continue };
        for (method, integration) in methods {
            let Some(integration) = assemble_deployment::integration(integration) else { continue };
            let caller = Caller {
                namespace: &object.namespace,
                api: &stage.rest_api,
                stage: &stage.name,
                method: method.as_str(),
            };
            let Err(unresolved) = resolve(caller, &integration, &parsed, variables, functions) else {
                continue;
            };
            let what = format!("{} {resource}: {unresolved}", method.as_str());
            match unresolved {
                Unresolved::NoFunction(_) | Unresolved::NoVersion(..) | Unresolved::NoAlias(..) => {
                    diagnostics.error(object, path, Reason::NotFound, what);
                }
                _ => {
                    let what = format!("{what}; the method answers 500");
                    diagnostics.warning(object, path, Reason::FailsAtRequest, what);
                }
            }
        }
    }
}
