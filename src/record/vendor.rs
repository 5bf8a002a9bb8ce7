//! Names the vendor of an event that none of the dialects is.

use crate::record::event::Event;
use crate::record::kinds::Dialect;
use crate::record::pairs::Pairs;

impl Event<'_> {
    /// Returns the name of another vendor if this is its event. Method and path of such an event
    /// may be right, but its query and headers are not where they are looked for.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let json = br#"{"httpMethod":"GET","path":"/","requestContext":{"elb":{}}}"#;
    /// assert_eq!(decoder.decode(json)?.other_vendor(), Some("AWS ALB"));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn other_vendor(&self) -> Option<&'static str> {
        if self.dialect() != Dialect::Unknown {
            return None;
        }
        let (event, context) = (self.extras(), self.context_extras());
        let has = |pairs: Pairs<'_>, name: &str| -> bool {
            pairs.iter().any(|(other, value)| other == name && value != Some("null"))
        };
        let (event, context) = (|name| has(event, name), |name| has(context, name));
        // `apiId` is read as the service's identifier.
        let has_api =
            self.service_id().is_some() || context("resourceId") || context("resourcePath");
        Some(match () {
            () if event("messageVersion") && event("agent") => "Amazon Bedrock",
            () if event("methodArn") || event("routeArn") => "AWS, a Lambda authorizer",
            () if context("elb") => "AWS ALB",
            () if context("serviceNetworkArn") || event("raw_path") => "AWS VPC Lattice",
            () if context("http") && self.is_version_1() => "Alibaba Cloud Function Compute",
            () if context("http") || event("rawPath") => "AWS HTTP API",
            () if context("eventType") || self.connection_id().is_some() => "AWS WebSocket API",
            () if event("__ow_method") => "OpenWhisk",
            () if event("http") => "DigitalOcean",
            () if event("Data") && event("Metadata") => "Azure",
            () if event("rawUrl") => "Netlify",
            () if event("multiValueHeaders") && !has_api => "Yandex Cloud",
            () if self.extras().contains("multiValueHeaders") => "AWS REST API",
            () if event("lubanops-gtrace-id") || event("user_data") => "Huawei Cloud APIG",
            // Old events of one look like those of the other.
            () if event("resource") => "AWS REST API or Baidu Cloud CFC",
            () if event("queryParameters") => "Alibaba Cloud API Gateway",
            () => return None,
        })
    }

    fn is_version_1(&self) -> bool {
        self.extras().iter().any(|pair| pair == ("version", Some("\"v1\"")))
    }
}
