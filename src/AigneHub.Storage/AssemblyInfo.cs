using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AigneHub.Storage.Tests")]
