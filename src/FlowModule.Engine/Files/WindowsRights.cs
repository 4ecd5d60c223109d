using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace FlowModule.Engine.Files;

/// <summary>The owner of a file or folder and who may change it, on Windows: from its access control list.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsRights
{
    private const FileSystemRights Changing = FileSystemRights.WriteData | FileSystemRights.AppendData | FileSystemRights.Delete
        | FileSystemRights.DeleteSubdirectoriesAndFiles | FileSystemRights.ChangePermissions | FileSystemRights.TakeOwnership;

    // TrustedInstaller has no well-known SID type in .NET.
    private static readonly SecurityIdentifier Installer = new("S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464");
    private static readonly SecurityIdentifier OwnerRights = new("S-1-3-4");

    private static readonly SecurityIdentifier[] Trusted =
    [
        new(WellKnownSidType.LocalSystemSid, domainSid: null), new(WellKnownSidType.BuiltinAdministratorsSid, domainSid: null), new(WellKnownSidType.CreatorOwnerSid, domainSid: null),
        Installer, OwnerRights,
    ];

    /// <summary>Why a file or folder must not be used as the user's own; null if it may, or if it does not exist.</summary>
    internal static FileFault? FindFault(string path)
    {
        const AccessControlSections Sections = AccessControlSections.Owner | AccessControlSections.Access;
        if (Directory.Exists(path))
        {
            return FindFault(new DirectoryInfo(path).GetAccessControl(Sections));
        }

        return File.Exists(path) ? FindFault(new FileInfo(path).GetAccessControl(Sections)) : null;
    }

    /// <summary>Creates a folder whose content is private too.</summary>
    internal static void MakeFolder(string path)
    {
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        using WindowsIdentity me = WindowsIdentity.GetCurrent();
        foreach (SecurityIdentifier who in (SecurityIdentifier[])[me.User!, Trusted[0], Trusted[1]])
        {
            security.AddAccessRule(new FileSystemAccessRule(
                who, FileSystemRights.FullControl, InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
        }

        FileSystemAclExtensions.CreateDirectory(security, path);
    }

    private static FileFault? FindFault(FileSystemSecurity security)
    {
        using WindowsIdentity me = WindowsIdentity.GetCurrent();
        if (!IsTrusted(security.GetOwner(typeof(SecurityIdentifier)), me))
        {
            return FileFault.OfAnother;
        }

        foreach (FileSystemAccessRule rule in security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)))
        {
            bool isHere = !rule.PropagationFlags.HasFlag(PropagationFlags.InheritOnly);
            if (isHere && rule.AccessControlType == AccessControlType.Allow && (rule.FileSystemRights & Changing) != default && !IsTrusted(rule.IdentityReference, me))
            {
                return FileFault.WrittenByOthers;
            }
        }

        return null;
    }

    private static bool IsTrusted(IdentityReference? who, WindowsIdentity me) => who is SecurityIdentifier sid && (sid == me.User || Array.IndexOf(Trusted, sid) >= 0);
}
