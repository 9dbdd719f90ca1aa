using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AigneHub.Hub.Tests")]
