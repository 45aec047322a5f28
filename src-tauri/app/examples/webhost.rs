//! A loopback host for tests in a browser: the built page and the same command table, over HTTP. Never shipped.
//!
//! `COUNTERWEIGHT_WEBHOST_PORT` names the port (4199), `COUNTERWEIGHT_DATA_DIR` the library. It answers this machine
//! only, and only requests that name it as their host.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::{Json, Router, routing};
use counterweight_app::{App, ErrorBody, dispatch, host::ThisMachine};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The policy of the real window, as far as it applies without Tauri.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[tokio::main]
async fn main() {
    let port: u16 = std::env::var("COUNTERWEIGHT_WEBHOST_PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(4199);
    let app: Arc<Result<App, ErrorBody>> = Arc::new(App::open(ThisMachine));
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/dist");
    let router = Router::new()
        .route("/rpc", routing::post(rpc))
        .with_state(app)
        .fallback(move |request: Request| page(pages.clone(), request));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("the port is free");
    println!("http://127.0.0.1:{port}");
    axum::serve(listener, router).await.expect("the host serves");
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    name: String,
    request: Value,
}

async fn rpc(State(app): State<Arc<Result<App, ErrorBody>>>, Json(call): Json<Call>) -> (StatusCode, Json<Value>) {
    let answer = tokio::task::spawn_blocking(move || match app.as_ref() {
        Ok(app) => dispatch(app, &call.name, call.request),
        Err(error) => Err(error.clone()),
    })
    .await
    .unwrap_or_else(|fault| Err(ErrorBody::internal(fault)));
    match answer {
        Ok(value) => (StatusCode::OK, Json(value)),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!(error))),
    }
}

async fn page(root: PathBuf, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let inside = Path::new(path).components().all(|c| matches!(c, std::path::Component::Normal(_)));
    let kind = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    let (status, body) = match std::fs::read(root.join(path)) {
        Ok(bytes) if inside => (StatusCode::OK, Body::from(bytes)),
        _ => (StatusCode::NOT_FOUND, Body::from("not found")),
    };
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .body(body)
        .expect("the headers are plain")
}
