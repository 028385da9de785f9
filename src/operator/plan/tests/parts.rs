//! What runs functions: made again where it was deleted, and gone where nothing is started with it any more.

use super::*;

async fn settled(store: Store) -> Store {
    let store = Mutex::new(store);
    settle(&store, usize::MAX).await;
    store.into_inner().unwrap()
}

fn names(store: &Store, kind: &str) -> Vec<String> {
    store.objects.keys().filter(|(of, _)| of == kind).map(|(_, name)| name.clone()).collect()
}

#[tokio::test]
async fn what_is_deleted_by_hand_is_made_again_and_nothing_else() {
    let store = settled(first()).await;
    for kind in ["ConfigMap", "NetworkPolicy", "Service", "Secret", "Deployment"] {
        let mut store = Store { objects: store.objects.clone(), ..Store::default() };
        let [name] = &names(&store, kind)[..] else { panic!("{:?}", names(&store, kind)) };
        store.objects.remove(&(kind.to_owned(), name.clone()));
        let writes: Vec<_> = look(&store, None).1.into_iter().flatten().collect();
        let made: Vec<_> = writes
            .iter()
            .filter(|write| matches!(write, Write::Apply { .. }))
            .map(|write| (write.target().kind, write.target().name.as_str()))
            .collect();
        if kind == "Deployment" {
            // The rest may be of another digest: it is written before.
            assert_eq!(made.last(), Some(&(kind, name.as_str())), "{made:?}");
        } else {
            assert_eq!(made, [(kind, name.as_str())]);
        }
        let store = settled(store).await;
        assert_eq!(names(&store, kind), std::slice::from_ref(name));
    }
}

#[tokio::test]
async fn old_code_of_latest_goes_once_its_pods_have() {
    let latest = |text: &str| {
        let lambda = json!({"runtime": "python3", "handler": "i.h", "code": {"inline": {"i.py": text}}});
        let spec = json!({"functionName": "hello", "version": "$LATEST", "lambda": lambda});
        object("FunctionVersion", "hello-latest", &spec)
    };
    let mut store = first();
    store.put(latest("one"));
    let dev = json!({"functionName": "hello", "name": "DEV", "functionVersion": "$LATEST"});
    store.put(object("Alias", "dev", &dev));
    // Somebody else's, and another version's.
    store.put(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theirs"}}));
    let mut store = settled(store).await;
    let of_latest = |store: &Store| -> Vec<String> {
        names(store, "ConfigMap").into_iter().filter(|name| name.contains("-latest-")).collect()
    };
    let before = of_latest(&store);
    assert_eq!((before.len(), names(&store, "ConfigMap").len()), (1, 3));

    store.put(latest("two"));
    let rolling = |store: &mut Store, updated: i64| {
        let is_latest = |id: &Id| id.0 == "Deployment" && id.1.contains("-latest-");
        let (_, deployment) = store.objects.iter_mut().find(|(id, _)| is_latest(id)).unwrap();
        deployment["status"]["updatedReplicas"] = json!(updated);
    };
    // A pod of the old code is still there.
    let writes: Vec<_> = look(&store, None).1.into_iter().flatten().collect();
    for write in &writes {
        store.write(write);
    }
    rolling(&mut store, 0);
    let writes: Vec<_> = look(&store, None).1.into_iter().flatten().collect();
    assert!(!writes.iter().any(|write| matches!(write, Write::Delete { .. })), "{writes:?}");
    assert_eq!(of_latest(&store).len(), 2);
    rolling(&mut store, 1);
    let writes: Vec<_> = look(&store, None).1.into_iter().flatten().collect();
    let deleted: Vec<_> = writes.iter().filter(|write| matches!(write, Write::Delete { .. })).collect();
    let [Write::Delete { target, uid, .. }] = &deleted[..] else { panic!("{deleted:?}") };
    assert_eq!((target.kind, &target.name), ("ConfigMap", &before[0]));
    assert_eq!(*uid, format!("uid-ConfigMap-{}", before[0]));
    let store = settled(store).await;
    assert_eq!((of_latest(&store).len(), names(&store, "ConfigMap").len()), (1, 3));
    assert_ne!(of_latest(&store), before);
}
