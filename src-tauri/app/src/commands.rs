//! Every command of the app, declared once.
//!
//! One line is the name, the request, the response and the function that does it. From the table follow the
//! dispatch used by every host, the list of names, and the TypeScript map `Commands`.
//! To add a command: write its types, write its function in `command/`, add its line here, run `cargo bindings`.

use crate::App;
use crate::error::ErrorBody;
use crate::wire::usage::*;
use crate::wire::*;
use counterweight_engine::explanation::Explanation;
use counterweight_engine::outlook::Future;
use serde_json::Value;
use ts_rs::TS;

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty = $function:path;)+) => {
        /// The map from a command's name to its request and response, for TypeScript.
        #[derive(TS)]
        #[allow(dead_code, missing_docs)]
        pub struct Commands {
            $($(#[$doc])* pub $name: ($request, $response),)+
        }

        /// The names of all commands.
        pub const NAMES: &[&str] = &[$(stringify!($name)),+];

        /// Does one command: reads the request, runs it, writes the response.
        ///
        /// # Errors
        /// An unknown name, a request that cannot be read, or what the command itself reports.
        pub fn dispatch(app: &App, name: &str, request: Value) -> Result<Value, ErrorBody> {
            match name {
                $(stringify!($name) => {
                    let request: $request = serde_json::from_value(request).map_err(ErrorBody::bad_request)?;
                    let response: $response = $function(app, request)?;
                    serde_json::to_value(response).map_err(ErrorBody::internal)
                })+
                _ => Err(ErrorBody::unknown_command(name)),
            }
        }
    };
}

commands! {
    /// The library: where it is and what is in it.
    library_state(Nothing) -> LibraryState = crate::command::library::state;
    /// Makes a case.
    case_create(CaseCreate) -> CaseRecord = crate::command::library::create;
    /// Opens a case.
    case_open(CaseId) -> CaseRecord = crate::command::library::open;
    /// Keeps a changed case. The answer means it is on disk.
    case_save(CaseSave) -> Saved = crate::command::library::save;
    /// Deletes a case; undo brings it back.
    case_delete(CaseId) -> LibraryState = crate::command::library::delete;
    /// Takes back the last change of a case.
    case_undo(CaseId) -> CaseRecord = crate::command::library::undo;
    /// Brings back the change that undo took.
    case_redo(CaseId) -> CaseRecord = crate::command::library::redo;
    /// Compares the offers of a case.
    compare(CompareRequest) -> CompareResponse = crate::command::compare::compare;
    /// Stops a run of futures that is under way, by its name.
    stop(StopRequest) -> Nothing = crate::command::compare::stop;
    /// Where the sliders of the tray flip the answer.
    flips(CaseRequest) -> FlipsResponse = crate::command::compare::flips;
    /// Takes a figure apart.
    explain(ExplainRequest) -> Explanation = crate::command::compare::explain;
    /// How sure the answer is, and what it hangs on.
    outlook(OutlookRequest) -> OutlookResponse = crate::command::outlook::outlook;
    /// Opens one sampled future.
    future(FutureRequest) -> Future = crate::command::outlook::future;
    /// The tax of one year of work.
    tax_bill(TaxBillRequest) -> TaxBill = crate::command::outlook::tax_bill;
    /// What a token budget is worth, and what the work costs by other routes.
    tokens(TokensRequest) -> TokensResponse = crate::command::tokens::tokens;
    /// What can be picked for the work and its prices.
    token_choices(Nothing) -> TokenChoices = crate::command::tokens::choices;
    /// Reads a price list that the person opened.
    price_file(PriceFileRequest) -> PriceFileResponse = crate::command::tokens::price_file;
    /// Machines for the workload.
    machines(CaseRequest) -> MachinesResponse = crate::command::machines::machines;
    /// Why the figures of a machine are what they are.
    machine_why(MachineWhyRequest) -> WhyResponse = crate::command::machine_why::machine_why;
    /// Every machine against every model.
    machine_matrix(CaseRequest) -> MatrixResponse = crate::command::machines::matrix;
    /// Cloud against buying, renting and a share on each.
    break_even(BreakEvenRequest) -> BreakEvenResponse = crate::command::machines::break_even;
    /// Where each class of work runs.
    routing(RoutingRequest) -> RoutingResponse = crate::command::machines::routing;
    /// What a pasted benchmark says of its machine.
    calibrate(CalibrateRequest) -> CalibrateResponse = crate::command::machines::calibrate;
    /// Claims people repeat, with our answer.
    claims(Nothing) -> ClaimsResponse = crate::command::machines::claims;
    /// What it would take and what to ask.
    negotiate(NegotiateRequest) -> NegotiateResponse = crate::command::negotiate::negotiate;
    /// What the person prefers.
    preferences(Nothing) -> Preferences = crate::command::preferences::get;
    /// Keeps what the person prefers.
    preferences_set(Preferences) -> Preferences = crate::command::preferences::set;
    /// What can be picked from.
    catalogue(Nothing) -> Catalogue = crate::command::sources::catalogue;
    /// Catalogues in use and worked examples with pass or fail.
    sources(Nothing) -> SourcesResponse = crate::command::sources::sources;
    /// Where logs of this person lie, with their sizes.
    usage_places(Nothing) -> UsagePlaces = crate::command::usage::places;
    /// Starts an import of logs in the background.
    usage_import(UsageImportRequest) -> UsageJob = crate::command::usage::start;
    /// How far the import is, or what it came to.
    usage_import_state(Nothing) -> UsageJob = crate::command::usage::progress;
    /// Cancels the import; nothing of it is kept.
    usage_import_cancel(Nothing) -> UsageJob = crate::command::usage::cancel;
    /// What was really used, and the profile measured of it.
    usage_history(UsageHistoryRequest) -> UsageHistory = crate::command::usage::history;
    /// How long each budget lasts at the measured use.
    usage_forecast(UsageForecastRequest) -> UsageForecast = crate::command::usage::forecast;
    /// Deletes the history of use.
    usage_forget(Nothing) -> UsageJob = crate::command::usage::forget;
}
