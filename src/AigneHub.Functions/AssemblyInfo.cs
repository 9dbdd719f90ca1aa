using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AigneHub.Hub.Tests")]
[assembly: InternalsVisibleTo("AigneHub.Infra.Tests")]
[assembly: InternalsVisibleTo("AigneHub.Unit.Tests")]
