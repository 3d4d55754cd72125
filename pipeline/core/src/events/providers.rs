//! What is said and counted about providers: endpoints that are paid by the call. Labels are names of the config file and
//! fixed words.

use std::time::Duration;

use super::MetricName;

/// One call to a provider ended. `outcome` is `ok`, `refused`, `cut`, or the fixed word of what went wrong.
pub fn provider_called(provider: &str, outcome: &'static str, took: Duration) {
    let label = provider.to_owned();
    metrics::counter!(MetricName::ProviderCalls.as_str(), "provider" => label.clone(), "outcome" => outcome)
        .increment(1);
    metrics::histogram!(MetricName::ProviderDuration.as_str(), "provider" => label).record(took);
    tracing::debug!(provider, outcome, millis = took.as_millis(), "provider called");
}

/// What a call is counted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderUse {
    /// Tokens of the prompt.
    pub input: u64,
    /// Tokens of the answer.
    pub output: u64,
    /// Millionths of the currency.
    pub cost_micros: u64,
    /// True if the provider did not say what it used, so that the most it could be was counted.
    pub estimated: bool,
}

/// A call was counted.
pub fn provider_used(provider: &str, used: ProviderUse) {
    let label = provider.to_owned();
    let tokens = MetricName::ProviderTokens.as_str();
    metrics::counter!(tokens, "provider" => label.clone(), "kind" => "input").increment(used.input);
    metrics::counter!(tokens, "provider" => label.clone(), "kind" => "output").increment(used.output);
    metrics::counter!(MetricName::ProviderCost.as_str(), "provider" => label.clone()).increment(used.cost_micros);
    if used.estimated {
        metrics::counter!(MetricName::ProviderEstimated.as_str(), "provider" => label).increment(1);
        tracing::warn!(
            provider,
            input = used.input,
            output = used.output,
            "provider did not say what the call used, the most it could be is counted"
        );
    }
}

/// A later writer wrote instead of this provider. `reason` is a fixed word.
pub fn provider_passed_over(provider: &str, reason: &'static str) {
    metrics::counter!(MetricName::ProviderFallbacks.as_str(), "provider" => provider.to_owned(), "reason" => reason)
        .increment(1);
    tracing::info!(provider, reason, "a later writer wrote");
}

/// A call has to wait for the provider's rate; `wait` is how long.
pub fn provider_waits(provider: &str, wait: Duration) {
    metrics::counter!(MetricName::ProviderWaits.as_str(), "provider" => provider.to_owned()).increment(1);
    tracing::debug!(provider, wait_seconds = wait.as_secs_f64(), "provider's rate is used up for now");
}

/// A provider does not know the way we ask for JSON; it is asked without from now on.
pub fn provider_without_schema(provider: &str, said: &str) {
    tracing::warn!(provider, said, "provider does not take `response_format`, it is asked without (set `schema`)");
}

/// A provider's breaker opened or closed.
pub fn provider_breaker(provider: &str, open: bool, pause: Duration) {
    let value = if open { 1.0 } else { 0.0 };
    metrics::gauge!(MetricName::ProviderBreakerOpen.as_str(), "provider" => provider.to_owned()).set(value);
    if open {
        tracing::warn!(provider, pause_seconds = pause.as_secs(), "provider's circuit breaker opened");
    } else {
        tracing::info!(provider, "provider's circuit breaker closed");
    }
}

/// A provider is in use: its breaker is closed until it is not.
pub(crate) fn provider_breaker_known(provider: &str) {
    metrics::gauge!(MetricName::ProviderBreakerOpen.as_str(), "provider" => provider.to_owned()).set(0.0);
}

/// A day's budget as it stands. What has no limit is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetState {
    /// Tokens counted or set aside.
    pub tokens: u64,
    /// Most tokens of the day.
    pub tokens_limit: Option<u64>,
    /// Millionths of the currency, counted or set aside.
    pub money_micros: u64,
    /// Most of them in the day.
    pub money_limit_micros: Option<u64>,
}

/// A budget changed; `budget` is `all` or a niche's name.
pub fn budget(budget: &str, state: BudgetState) {
    let label = || budget.to_owned();
    metrics::gauge!(MetricName::BudgetTokens.as_str(), "budget" => label()).set(state.tokens as f64);
    metrics::gauge!(MetricName::BudgetMoney.as_str(), "budget" => label()).set(state.money_micros as f64 / 1e6);
    if let Some(limit) = state.tokens_limit {
        metrics::gauge!(MetricName::BudgetTokensLimit.as_str(), "budget" => label()).set(limit as f64);
    }
    if let Some(limit) = state.money_limit_micros {
        metrics::gauge!(MetricName::BudgetMoneyLimit.as_str(), "budget" => label()).set(limit as f64 / 1e6);
    }
}

/// A call was not made because the budget of the day has no room for it.
pub fn budget_spent(budget: &str, provider: &str) {
    metrics::counter!(MetricName::BudgetRefusals.as_str(), "budget" => budget.to_owned()).increment(1);
    tracing::info!(budget, provider, "the day's budget has no room for this call");
}
