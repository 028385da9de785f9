//! Functions as the snapshot has them, and what of a stage's methods refers to something that is not there.

use std::collections::BTreeMap;

use api::{AliasSpec, ApiContent, FunctionVersionSpec, ObjectKey, Reason};
use snapshot::{Alias, Function, NamespacedName, ResourcePath, Unresolved, resolve};

use crate::assemble;
use crate::diagnostic::Diagnostics;

/// Functions with their versions and aliases.
pub(crate) fn functions(
    versions: &BTreeMap<NamespacedName, FunctionVersionSpec>,
    aliases: &BTreeMap<NamespacedName, AliasSpec>,
) -> BTreeMap<NamespacedName, Function> {
    let mut functions: BTreeMap<NamespacedName, Function> = BTreeMap::new();
    for (name, spec) in versions {
        let function = NamespacedName::new(&*name.namespace, &*spec.function_name);
        functions.entry(function).or_default().versions.insert(spec.version.clone());
    }
    for (name, spec) in aliases {
        let function = NamespacedName::new(&*name.namespace, &*spec.function_name);
        let alias = Alias {
            function_version: spec.function_version.clone(),
            additional_version_weights: spec.additional_version_weights.clone(),
        };
        functions.entry(function).or_default().aliases.insert(spec.name.clone(), alias);
    }
    functions
}

/// Looks at every method of `content` with `variables`: an unset variable or a URL that is none makes the method
/// fail at request time, as on the original service; a function, version or alias that is not there is an error.
pub(crate) fn check(
    object: &ObjectKey,
    path: &str,
    content: &ApiContent,
    variables: &BTreeMap<String, String>,
    functions: &BTreeMap<NamespacedName, Function>,
    diagnostics: &mut Diagnostics,
) {
    for (resource, methods) in &content.paths {
        let Ok(parsed) = ResourcePath::parse(resource) else { continue };
        for (method, integration) in methods {
            let Some(integration) = assemble::integration(integration) else { continue };
            let Err(unresolved) = resolve(&object.namespace, &integration, &parsed, variables, functions)
            else {
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
