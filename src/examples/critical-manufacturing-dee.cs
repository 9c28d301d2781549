// A DEE action that asks orderwright before orders are released, and tells it afterwards. It belongs to both action groups
//
//   BusinessObjects.ProductionOrderCollection.Release.Pre     asks; a refusal ends the host's transaction
//   BusinessObjects.ProductionOrderCollection.Release.Post    tells; the event is applied once the host has committed
//
// What holds for every caller that is inside its own open transaction:
// - The call has a time-out well below the transaction's own. orderwright waits for no lock of the host, and what the host
//   has not committed yet is sent in "values", which win over what orderwright reads.
// - Without an answer in time WhenUnavailable decides here, as it does in orderwright for what takes it too long: "refuse"
//   stops the release, "allow" lets it pass; orderwright then finds the transition by its trigger, and journals it as bypassed.
// - RequestId names the transaction. A call that is repeated after a time-out is the same request: one event comes of it.
//   A transaction that the host runs again has another one; the event of the first is dropped, since nothing shows it.
// - Post never stops the host: what can't be told is found by the trigger, or by "orderwright events reconcile".
//
// The names of the host's classes follow the conventions that are public; check them against your version.
using System;
using System.Collections.Generic;

namespace Orderwright.Examples
{
    public class ReleaseWithOrderwright : DeeDevBase
    {
        public override bool DeeTestCondition(Dictionary<string, object> Input)
        {
            //---Start DEE Condition Code---
            return true;
            //---End DEE Condition Code---
        }

        public override Dictionary<string, object> DeeActionCode(Dictionary<string, object> Input)
        {
            //---Start DEE Code---
            UseReference("", "System.Collections.Generic");
            UseReference("", "System.Linq");
            UseReference("", "System.Net.Http");
            UseReference("", "System.Net.Http.Headers");
            UseReference("", "System.Text");
            UseReference("", "System.Text.Json");
            UseReference("", "System.Threading");
            UseReference("Cmf.Navigo.BusinessObjects.dll", "Cmf.Navigo.BusinessObjects");
            UseReference("Cmf.Foundation.Common.dll", "Cmf.Foundation.Common");

            // Of the site: where orderwright listens, its token, and what happens when it does not answer.
            const string Address = "http://127.0.0.1:7400";
            const string Operation = "ProductionOrder.Release";
            const string WhenUnavailable = "refuse";
            var budget = TimeSpan.FromMilliseconds(2000);
            var token = Environment.GetEnvironmentVariable("ORDERWRIGHT_TOKEN");

            var orders = (IEnumerable<ProductionOrder>)Input["ProductionOrderCollection"];
            var moment = Input["ActionGroupName"].ToString().EndsWith(".Pre") ? "Pre" : "Post";
            var transaction = ApplicationContext.CurrentTransactionId.ToString();

            var body = new Dictionary<string, object>
            {
                ["requestId"] = Operation + ":" + transaction,
                ["correlationId"] = transaction,
                ["actor"] = ApplicationContext.CurrentUser,
                ["orders"] = orders.Select(order => new Dictionary<string, object>
                {
                    ["name"] = order.Name,
                    ["values"] = new Dictionary<string, object>
                    {
                        // Instants are UTC; decimals are text, so that no digit is lost.
                        ["plannedStart"] = order.PlannedStartDate?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                        ["plannedEnd"] = order.PlannedEndDate?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                        ["quantity"] = order.Quantity?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    },
                }).ToList(),
            };

            string refusal = null;
            try
            {
                using var within = new CancellationTokenSource(budget);
                using var client = new HttpClient();
                using var request = new HttpRequestMessage(HttpMethod.Post, Address + "/hooks/ProductionOrder.Release/" + moment);
                request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
                request.Headers.Add("x-correlation-id", transaction);
                if (token != null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

                using var response = client.SendAsync(request, within.Token).GetAwaiter().GetResult();
                var text = response.Content.ReadAsStringAsync(within.Token).GetAwaiter().GetResult();
                if (!response.IsSuccessStatusCode)
                {
                    // Problem details: malformed, not permitted, or not available. A verdict is 200, also where it refuses.
                    throw new HttpRequestException((int)response.StatusCode + " " + text);
                }

                if (moment == "Pre")
                {
                    using var verdict = JsonDocument.Parse(text);
                    var refused = verdict.RootElement.GetProperty("orders").EnumerateArray()
                        .Where(order => !order.GetProperty("allowed").GetBoolean());
                    var reasons = refused.SelectMany(order => order.GetProperty("violations").EnumerateArray()
                        .Select(violation => order.GetProperty("name").GetString() + ": " + violation.GetProperty("message").GetString()));
                    var told = string.Join(Environment.NewLine, reasons);
                    if (refused.Any()) refusal = told;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException || failure is OperationCanceledException || failure is JsonException)
            {
                if (moment == "Pre" && WhenUnavailable == "refuse")
                {
                    refusal = "orderwright gives no answer, and nothing is released without one: " + failure.Message;
                }
            }

            // Outside of the catch: a refusal is no failure of the call, and ends the host's transaction.
            if (refusal != null) throw new CmfBaseException(refusal);
            //---End DEE Code---

            return Input;
        }
    }
}
