//! What a test is answered from: what is live, or that with one stage made otherwise.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use snapshot::{Deployment, NamespacedName, Snapshot, Stage, Table, Variant};

use super::TestRequest;
use crate::live::Moment;

/// The stage of a test that names none, as the original service has it.
const TEST_STAGE: &str = "test-invoke-stage";

type Find = dyn Fn(&NamespacedName, &str) -> Option<Deployment> + Send + Sync;

/// Deployments that are there and not live: whoever feeds the gateway may know some.
#[derive(Clone, Default)]
pub struct Shelf(Option<Arc<Find>>);

impl Shelf {
    /// `find` gives the deployment of an API by its name.
    pub fn new(find: impl Fn(&NamespacedName, &str) -> Option<Deployment> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(find)))
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shelf").field(&self.0.is_some()).finish()
    }
}

/// Why there is nothing to answer from.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotThere {
    #[error("api: {0} is not served here; there: {1}")]
    Api(NamespacedName, String),
    #[error("stage: {0} has no stage {1}; there: {2}")]
    Stage(NamespacedName, String, String),
    #[error("stage: must be set, unless a deployment is")]
    NoStage,
    #[error("deployment: {1} of {0} is not here; live: {2}")]
    Deployment(NamespacedName, String, String),
    #[error("canary: the stage has none")]
    Canary,
    #[error("canary: a deployment that is named has none")]
    CanaryOfDeployment,
}

/// The moment and the name of the stage in it. Nothing is built where nothing is otherwise.
pub(super) fn of(
    request: &TestRequest,
    now: Arc<Moment>,
    shelf: &Shelf,
) -> Result<(Arc<Moment>, String), NotThere> {
    let api = NamespacedName::new(&*request.namespace, &*request.api);
    let known = now.snapshot.apis.get(&api);
    if known.is_none() && request.deployment.is_none() {
        let there = listed(now.snapshot.apis.keys().map(ToString::to_string));
        return Err(NotThere::Api(api, there));
    }
    let stage = match &request.stage {
        None if request.deployment.is_none() => return Err(NotThere::NoStage),
        None => None,
        Some(name) => {
            let Some(stage) = known.and_then(|known| known.stages.get(name)) else {
                let there = listed(known.into_iter().flat_map(|known| known.stages.keys().cloned()));
                return Err(NotThere::Stage(api, name.clone(), there));
            };
            Some((name, stage))
        }
    };
    let name = stage.map_or(TEST_STAGE, |(name, _)| name).to_owned();
    if request.deployment.is_none() && request.stage_variables.is_empty() && !request.canary {
        return Ok((now, name));
    }
    let mut deployments = known.map(|known| known.deployments.clone()).unwrap_or_default();
    let mut made = match (&request.deployment, stage) {
        (None, None) => return Err(NotThere::NoStage),
        (None, Some((_, stage))) => stage.clone(),
        (Some(_), _) if request.canary => return Err(NotThere::CanaryOfDeployment),
        (Some(deployment), stage) => {
            let content = request.content.clone().or_else(|| deployments.get(deployment).cloned());
            let found = content.or_else(|| shelf.0.as_ref()?(&api, deployment));
            let Some(found) = found else {
                let live = listed(deployments.into_keys());
                return Err(NotThere::Deployment(api, deployment.clone(), live));
            };
            deployments.insert(deployment.clone(), found);
            let variables = stage.map(|(_, stage)| stage.live.variables.clone()).unwrap_or_default();
            let live = Variant { deployment: deployment.clone(), variables };
            Stage { live, canary: None, method_settings: BTreeMap::new() }
        }
    };
    made.live.variables.extend(request.stage_variables.clone());
    if let Some(canary) = &mut made.canary {
        canary.variant.variables.extend(request.stage_variables.clone());
    }
    if request.canary {
        made.canary.as_mut().ok_or(NotThere::Canary)?.basis_points = 10_000;
    }
    let made = snapshot::Api { stages: BTreeMap::from([(name.clone(), made)]), deployments };
    let functions = now.snapshot.functions.clone();
    let snapshot = Snapshot { apis: BTreeMap::from([(api, made)]), functions };
    let table = Arc::new(Table::build(&snapshot));
    let moment = Moment {
        snapshot: Arc::new(snapshot),
        table,
        endpoints: now.endpoints.clone(),
        secrets: now.secrets.clone(),
    };
    Ok((Arc::new(moment), name))
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.take(20).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> Arc<Moment> {
        let mock = serde_json::json!({"GET": {"type": "mock", "statusCode": 200}});
        let snapshot: Snapshot = serde_json::from_value(serde_json::json!({
            "apis": {"default/houses": {"stages": {
                "prod": {"live": {"deployment": "v1", "variables": {"as": "PROD", "to": "a"}},
                    "canary": {"basisPoints": 10, "deployment": "v2", "variables": {"as": "NEXT"}}},
                "dev": {"live": {"deployment": "v1", "variables": {}}}},
                "deployments": {"v1": {"digest": "1", "resources": {"/": mock}}, "v2": {"digest": "2", "resources": {}}}}},
            "functions": {}
        }))
        .unwrap();
        let table = Arc::new(Table::build(&snapshot));
        Arc::new(Moment { snapshot: Arc::new(snapshot), table, ..Moment::default() })
    }

    fn request() -> TestRequest {
        TestRequest {
            namespace: "default".to_owned(),
            api: "houses".to_owned(),
            stage: Some("prod".to_owned()),
            ..TestRequest::default()
        }
    }

    fn stage(request: &TestRequest) -> Result<Stage, String> {
        let shelf = Shelf::new(|_, name| {
            (name == "v0").then(|| Deployment { digest: "0".to_owned(), ..Deployment::default() })
        });
        let (moment, stage) = of(request, live(), &shelf).map_err(|error| error.to_string())?;
        let api = moment.snapshot.apis.values().next().unwrap();
        assert!(api.deployments.contains_key(&api.stages[&stage].live.deployment));
        Ok(api.stages[&stage].clone())
    }

    #[test]
    fn what_is_live_or_one_stage_otherwise() {
        let now = live();
        assert!(Arc::ptr_eq(&of(&request(), now.clone(), &Shelf::default()).unwrap().0, &now));
        let variables = BTreeMap::from([("as".to_owned(), "DEV".to_owned())]);
        let made = stage(&TestRequest { stage_variables: variables.clone(), ..request() }).unwrap();
        assert_eq!((&*made.live.variables["as"], &*made.live.variables["to"]), ("DEV", "a"));
        assert_eq!(made.canary.unwrap().variant.variables["as"], "DEV");
        let made = stage(&TestRequest { canary: true, ..request() }).unwrap();
        assert_eq!(made.canary.unwrap().basis_points, 10_000);
        let named = |name: &str| TestRequest { deployment: Some(name.to_owned()), ..request() };
        for name in ["v2", "v0"] {
            let made = stage(&named(name)).unwrap();
            assert_eq!((&*made.live.deployment, &*made.live.variables["as"]), (name, "PROD"));
        }
        let made = stage(&TestRequest { stage: None, stage_variables: variables, ..named("v0") }).unwrap();
        assert_eq!(made.live.variables.len(), 1);
    }

    #[test]
    fn what_is_not_there_is_said_with_what_is() {
        let wrong = |request: TestRequest| stage(&request).unwrap_err();
        let api = TestRequest { api: "homes".to_owned(), ..request() };
        assert_eq!(wrong(api), "api: default/homes is not served here; there: default/houses");
        let other = TestRequest { stage: Some("test".to_owned()), ..request() };
        assert_eq!(wrong(other), "stage: default/houses has no stage test; there: dev, prod");
        let deployment = TestRequest { deployment: Some("v9".to_owned()), ..request() };
        assert_eq!(wrong(deployment), "deployment: v9 of default/houses is not here; live: v1, v2");
        let canary = TestRequest { stage: Some("dev".to_owned()), canary: true, ..request() };
        assert_eq!(wrong(canary), "canary: the stage has none");
    }
}
