using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AigneHub.Unit.Tests")]
[assembly: InternalsVisibleTo("AigneHub.Storage.Tests")]
[assembly: InternalsVisibleTo("AigneHub.Bench")]
