using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AigneHub.Storage.Tests")]
[assembly: InternalsVisibleTo("AigneHub.Bench")]
