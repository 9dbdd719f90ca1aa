using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AigneHub.Unit.Tests")]
