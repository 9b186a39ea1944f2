package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	core "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"k8s.io/utils/ptr"
)

const (
	provisionerName    = "slotkeeper.io/kube-folder"
	storageClassName   = "standard"
	provisionedBy      = "pv.kubernetes.io/provisioned-by"
	selectedNode       = "volume.kubernetes.io/selected-node"
	storageProvisioner = "volume.kubernetes.io/storage-provisioner"
)

// provisioner gives each claim a folder on the node that the scheduler chose, grows it on request and removes it when it is released.
// The volumes are "local" ones: the kubelet gives these to the pod's fsGroup, as it does with real disks, and like a fresh disk they
// belong to root. Sizes are recorded, not enforced.
type provisioner struct {
	api     kubernetes.Interface
	root    string
	claims  listers.PersistentVolumeClaimLister
	volumes listers.PersistentVolumeLister
}

func runProvisioner(args []string) {
	if len(args) != 2 {
		fmt.Fprintln(os.Stderr, "kube: provisioner needs a kubeconfig and a folder for the volumes")
		os.Exit(1)
	}
	if err := serveVolumes(context.Background(), args[0], args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "kube: provisioner: "+err.Error())
		os.Exit(1)
	}
}

// serveVolumes looks at all claims and volumes after every change of one of them.
func serveVolumes(ctx context.Context, kubeconfig, root string) error {
	api, err := connect(kubeconfig)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(api, 10*time.Second)
	claims, volumes := factory.Core().V1().PersistentVolumeClaims(), factory.Core().V1().PersistentVolumes()
	changed := make(chan struct{}, 1)
	notice := func(any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	handler := cache.ResourceEventHandlerFuncs{AddFunc: notice, DeleteFunc: notice, UpdateFunc: func(_, now any) { notice(now) }}
	for _, informer := range []cache.SharedIndexInformer{claims.Informer(), volumes.Informer()} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	p := provisioner{api: api, root: root, claims: claims.Lister(), volumes: volumes.Lister()}
	for range changed {
		if err := p.pass(ctx); err != nil {
			// The informers report everything again every few seconds, which is the retry.
			klog.ErrorS(err, "serving volumes")
		}
	}
	return nil
}

func (p provisioner) pass(ctx context.Context) error {
	claims, err := p.claims.List(labels.Everything())
	if err != nil {
		return err
	}
	var failures []error
	for _, claim := range claims {
		switch {
		case claim.Status.Phase == core.ClaimPending && claim.Annotations[storageProvisioner] == provisionerName && claim.Annotations[selectedNode] != "":
			failures = append(failures, p.provision(ctx, claim))
		case claim.Status.Phase == core.ClaimBound && wanted(claim) > claim.Status.Capacity.Storage().Value():
			failures = append(failures, p.grow(ctx, claim))
		}
	}
	volumes, err := p.volumes.List(labels.Everything())
	if err != nil {
		return err
	}
	for _, volume := range volumes {
		if volume.Status.Phase == core.VolumeReleased && isOurs(volume) && volume.Spec.PersistentVolumeReclaimPolicy == core.PersistentVolumeReclaimDelete {
			failures = append(failures, p.remove(ctx, volume))
		}
	}
	return errors.Join(failures...)
}

func wanted(claim *core.PersistentVolumeClaim) int64 {
	return claim.Spec.Resources.Requests.Storage().Value()
}

func isOurs(volume *core.PersistentVolume) bool {
	return volume.Annotations[provisionedBy] == provisionerName && volume.Spec.Local != nil
}

func (p provisioner) provision(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	name := "pvc-" + string(claim.UID)
	if _, err := p.volumes.Get(name); err == nil {
		return nil
	}
	node := claim.Annotations[selectedNode]
	path := filepath.Join(p.root, node, name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return fmt.Errorf("making the folder of claim %s/%s: %w", claim.Namespace, claim.Name, err)
	}
	_, err := p.api.CoreV1().PersistentVolumes().Create(ctx, volumeFor(claim, name, node, path), meta.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("creating the volume of claim %s/%s: %w", claim.Namespace, claim.Name, err)
	}
	return nil
}

func volumeFor(claim *core.PersistentVolumeClaim, name, node, path string) *core.PersistentVolume {
	onNode := core.NodeSelectorRequirement{Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{node}}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: provisionerName}},
		Spec: core.PersistentVolumeSpec{
			StorageClassName:              ptr.Deref(claim.Spec.StorageClassName, ""),
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: core.PersistentVolumeReclaimDelete,
			Capacity:                      core.ResourceList{core.ResourceStorage: *claim.Spec.Resources.Requests.Storage()},
			ClaimRef: &core.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			PersistentVolumeSource: core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{
				NodeSelectorTerms: []core.NodeSelectorTerm{{MatchExpressions: []core.NodeSelectorRequirement{onNode}}},
			}},
		},
	}
}

func (p provisioner) grow(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	volume, err := p.volumes.Get(claim.Spec.VolumeName)
	if err != nil || !isOurs(volume) {
		return nil
	}
	size := *claim.Spec.Resources.Requests.Storage()
	volume = volume.DeepCopy()
	volume.Spec.Capacity[core.ResourceStorage] = size
	if _, err := p.api.CoreV1().PersistentVolumes().Update(ctx, volume, meta.UpdateOptions{}); err != nil {
		return fmt.Errorf("growing the volume %s: %w", volume.Name, err)
	}
	claim = claim.DeepCopy()
	claim.Status.Capacity[core.ResourceStorage] = size
	if _, err := p.api.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, meta.UpdateOptions{}); err != nil {
		return fmt.Errorf("growing the claim %s/%s: %w", claim.Namespace, claim.Name, err)
	}
	return nil
}

func (p provisioner) remove(ctx context.Context, volume *core.PersistentVolume) error {
	if err := os.RemoveAll(volume.Spec.Local.Path); err != nil {
		return fmt.Errorf("removing the folder of the volume %s: %w", volume.Name, err)
	}
	if err := p.api.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("deleting the volume %s: %w", volume.Name, err)
	}
	return nil
}

// ensureStorageClass makes the class that claims get when they name none.
func ensureStorageClass(ctx context.Context, api kubernetes.Interface) error {
	_, err := api.StorageV1().StorageClasses().Create(ctx, &storage.StorageClass{
		ObjectMeta: meta.ObjectMeta{
			Name:        storageClassName,
			Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"},
		},
		Provisioner:          provisionerName,
		VolumeBindingMode:    ptr.To(storage.VolumeBindingWaitForFirstConsumer),
		AllowVolumeExpansion: ptr.To(true),
	}, meta.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("creating the storage class %s: %w", storageClassName, err)
	}
	return nil
}
