using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AigneHub.Hub.Tests")]
[assembly: InternalsVisibleTo("AigneHub.Translation")]
[assembly: InternalsVisibleTo("AigneHub.Unit.Tests")]
[assembly: InternalsVisibleTo("AigneHub.Bench")]
[assembly: InternalsVisibleTo("AigneHub.Translation")]
