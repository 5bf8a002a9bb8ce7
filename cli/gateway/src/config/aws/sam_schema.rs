//! The keys of a SAM template
//! (<https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html>).

use super::super::schema::Kind;
use super::schema::{MEMORY, TIMEOUT};
use Kind::{Any, Bool, BoolOr, Known, List, Map, Named, Number, OneOf, Open, Text, TextOr};

const METHODS: &[&str] =
    &["ANY", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "$default"];

/// `Cors` of a REST API, if it is not just an origin.
const REST_CORS: Kind = Known(&[
    ("AllowMethods", Text),
    ("AllowHeaders", Text),
    ("AllowOrigin", Text),
    ("MaxAge", Text),
    ("AllowCredentials", Bool),
]);

/// `CorsConfiguration` of an HTTP API, and `Cors` of a function URL.
const CORS: Kind = Known(&[
    ("AllowOrigins", List(&Text)),
    ("AllowHeaders", List(&Text)),
    ("AllowMethods", List(&Text)),
    ("ExposeHeaders", List(&Text)),
    ("AllowCredentials", Bool),
    ("MaxAge", Number(0, 86_400)),
]);

/// `Properties` of an event of the type `Api`.
pub(super) const API_EVENT: Kind = Known(&[
    ("Path", Text),
    ("Method", OneOf(METHODS)),
    ("RestApiId", Any),
    ("Auth", Any),
    ("RequestModel", Any),
    ("RequestParameters", Any),
    ("ResponseTransferMode", Any),
    ("TimeoutInMillis", Number(50, 900_000)),
]);

/// `Properties` of an event of the type `HttpApi`.
pub(super) const HTTP_API_EVENT: Kind = Known(&[
    ("Path", Text),
    ("Method", OneOf(METHODS)),
    ("ApiId", Any),
    ("Auth", Any),
    ("PayloadFormatVersion", OneOf(&["1.0", "2.0"])),
    ("RouteSettings", Any),
    ("TimeoutInMillis", Number(50, 30_000)),
]);

/// `Properties` of a function. What has no effect here can be anything.
pub(super) const FUNCTION: &[(&str, Kind)] = &[
    ("Handler", Text),
    ("Runtime", Text),
    ("CodeUri", TextOr(&Any)),
    ("InlineCode", Any),
    ("ImageUri", Any),
    ("PackageType", OneOf(&["Zip", "Image"])),
    ("MemorySize", MEMORY),
    ("Timeout", TIMEOUT),
    ("Environment", Map(&[("Variables", Named(&Any))])),
    ("Events", Named(&Map(&[("Type", Text), ("Properties", Any)]))),
    (
        "FunctionUrlConfig",
        Known(&[
            ("AuthType", Text),
            ("Cors", CORS),
            ("InvokeMode", OneOf(&["BUFFERED", "RESPONSE_STREAM"])),
        ]),
    ),
    ("FunctionName", Any),
    ("Description", Any),
    ("Architectures", Any),
    ("Layers", Any),
    ("Role", Any),
    ("RolePath", Any),
    ("Policies", Any),
    ("PermissionsBoundary", Any),
    ("Tags", Any),
    ("PropagateTags", Any),
    ("Tracing", Any),
    ("VpcConfig", Any),
    ("KmsKeyArn", Any),
    ("SourceKMSKeyArn", Any),
    ("DeadLetterQueue", Any),
    ("DeploymentPreference", Any),
    ("AutoPublishAlias", Any),
    ("AutoPublishAliasAllProperties", Any),
    ("AutoPublishCodeSha256", Any),
    ("VersionDescription", Any),
    ("VersionDeletionPolicy", Any),
    ("ReservedConcurrentExecutions", Any),
    ("ProvisionedConcurrencyConfig", Any),
    ("CapacityProviderConfig", Any),
    ("FunctionScalingConfig", Any),
    ("PublishToLatestPublished", Any),
    ("DurableConfig", Any),
    ("TenancyConfig", Any),
    ("AssumeRolePolicyDocument", Any),
    ("CodeSigningConfigArn", Any),
    ("EventInvokeConfig", Any),
    ("FileSystemConfigs", Any),
    ("ImageConfig", Any),
    ("EphemeralStorage", Any),
    ("SnapStart", Any),
    ("RuntimeManagementConfig", Any),
    ("LoggingConfig", Any),
    ("RecursiveLoop", Any),
];

/// `Properties` of a REST API.
pub(super) const API: Kind = Open(&[
    ("StageName", Text),
    ("Cors", TextOr(&REST_CORS)),
    ("BinaryMediaTypes", List(&Text)),
    ("DefinitionBody", Any),
    ("DefinitionUri", Any),
    ("Auth", Any),
    ("Name", Any),
]);

/// `Properties` of an HTTP API.
pub(super) const HTTP_API: Kind = Open(&[
    ("StageName", Text),
    ("CorsConfiguration", BoolOr(&CORS)),
    ("DefinitionBody", Any),
    ("DefinitionUri", Any),
    ("Auth", Any),
    ("Name", Any),
]);

/// `Globals`.
pub(super) const GLOBALS: Kind = Known(&[
    ("Function", Known(FUNCTION)),
    ("Api", API),
    ("HttpApi", HTTP_API),
    ("SimpleTable", Any),
    ("StateMachine", Any),
    ("LayerVersion", Any),
    ("CapacityProvider", Any),
    ("WebSocketApi", Any),
]);

/// The whole template. What is in a resource depends on its type.
pub(super) const TEMPLATE: Kind = Known(&[
    ("AWSTemplateFormatVersion", Any),
    ("Transform", Any),
    ("Description", Any),
    ("Metadata", Any),
    ("Parameters", Named(&Open(&[("Type", Text), ("Default", Any)]))),
    ("Mappings", Any),
    ("Conditions", Any),
    ("Rules", Any),
    ("Globals", Any),
    ("Resources", Any),
    ("Outputs", Any),
    ("Hooks", Any),
]);
